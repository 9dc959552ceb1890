"""Run by ComfyUI's interpreter in ComfyUI's folder: what replace.py makes of a renamed node."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from pathlib import Path


def load_pack(folder: Path) -> None:
    """Import the pack as ComfyUI does: by its path, as a package."""
    spec = importlib.util.spec_from_file_location(
        "pack", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["pack"] = module
    spec.loader.exec_module(module)


def main() -> None:
    folder = Path(sys.argv[1])
    sys.argv = [sys.argv[0], "--cpu"]  # ComfyUI reads them
    import comfy.options

    comfy.options.enable_args_parsing()
    load_pack(folder)
    from pack.nodes import replace  # type: ignore[import-not-found]
    from pack.nodes.latents import Sample  # type: ignore[import-not-found]

    seen = {}

    class Recorder(Sample):
        @classmethod
        def execute(cls, **inputs):
            seen.update(inputs)

    renamed = replace.Renamed("StyleGANEX_OldSample", Recorder, {"seed": "number"})
    (old,) = asyncio.run(replace.register((renamed,)))
    schema = old.GET_SCHEMA()
    old.execute(model=1, number=7)
    found = {
        "id": schema.node_id,
        "deprecated": old.DEPRECATED,
        "inputs": [entry.id for entry in schema.inputs],
        "outputs": old.RETURN_TYPES,
        "ran_with": seen,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
