"""Run by ComfyUI's interpreter in its folder: what replace.py makes of a renamed node, there and
on a ComfyUI of 0.14 or later, whose part is stood in for.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace


def load_pack(folder: Path) -> None:
    """Import the pack as ComfyUI does: by its path, as a package."""
    spec = importlib.util.spec_from_file_location(
        "pack", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["pack"] = module
    spec.loader.exec_module(module)


def offer_replacement(replace) -> list[dict]:
    """Give replace.py what newer ComfyUIs have; the list fills with what it registers."""
    registered: list[dict] = []

    async def register(entry: SimpleNamespace) -> None:
        registered.append(vars(entry))

    offered = SimpleNamespace(node_replacement=SimpleNamespace(register=register))
    replace.ComfyAPI = lambda: offered
    replace.io.NodeReplace = SimpleNamespace
    return registered


def main() -> None:
    folder = Path(sys.argv[1])
    sys.argv = [sys.argv[0], "--cpu"]  # ComfyUI reads them
    import comfy.options

    comfy.options.enable_args_parsing()
    import utils.install_util  # noqa: F401  (later ComfyUI puts another utils before it)

    load_pack(folder)
    from pack.nodes import replace  # type: ignore[import-not-found]
    from pack.nodes.directions import FindEditVectors as Find  # type: ignore[import-not-found]
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
    newer = offer_replacement(replace)
    kept = asyncio.run(replace.register((renamed, replace.Renamed("StyleGANEX_OldFind", Find))))
    found = {
        "id": schema.node_id,
        "deprecated": old.DEPRECATED,
        "inputs": [entry.id for entry in schema.inputs],
        "outputs": old.RETURN_TYPES,
        "ran_with": seen,
        "replaced": newer,
        "kept_where_sockets_may_be_open": [node.GET_SCHEMA().node_id for node in kept],
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
