"""Keep what a release promises to saved graphs: its example graphs, its nodes' inputs and outputs.

Start a fresh ComfyUI with this pack, then, once per release and never again for the same one,

    python scripts/freeze_release.py 0.1.0 --url http://127.0.0.1:8188

writes tests/frozen/0.1.0/{nodes.json,api/*.json,editor/*.json} for tests/comfy/test_frozen.py.
"""

from __future__ import annotations

import argparse
import json
import shutil
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / "workflows"
FROZEN = ROOT / "tests" / "frozen"
OURS = "StyleGANEX_"
BUNDLED = ("demo: ", "from the model")  # of a list of files, the entries that every machine has


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("release", help="its version, such as 0.1.0")
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    options = parser.parse_args()
    folder = FROZEN / options.release
    if (folder / "nodes.json").exists():
        raise SystemExit(f"{folder} is frozen already; a release does not change.")
    with urllib.request.urlopen(f"{options.url}/object_info") as answer:
        info = json.load(answer)
    nodes = {name: describe(node) for name, node in sorted(info.items()) if name.startswith(OURS)}
    for target, source in (("editor", WORKFLOWS), ("api", WORKFLOWS / "api")):
        (folder / target).mkdir(parents=True, exist_ok=True)
        for path in source.glob("*.json"):
            if not (folder / target / path.name).exists():
                shutil.copy(path, folder / target)
    (folder / "nodes.json").write_text(json.dumps(nodes, indent=1, ensure_ascii=False) + "\n")
    print(f"{folder}: {len(nodes)} nodes, {len(list((folder / 'api').iterdir()))} graphs")


def describe(node: dict) -> dict:
    """What saved graphs rely on: types by name, the options of combos, outputs in their order."""
    found: dict[str, dict] = {"required": {}, "optional": {}, "options": {}}
    for part in ("required", "optional"):
        for name, (kind, settings) in node["input"].get(part, {}).items():
            found[part][name] = kind
            if "options" in settings:
                listed = [option for option in settings["options"] if str(option)]
                if name == "file":
                    listed = [option for option in listed if option.startswith(BUNDLED)]
                found["options"][name] = listed
    return found | {"outputs": node["output"]}


if __name__ == "__main__":
    main()
