"""Write locales/en/nodeDefs.json from the nodes as they are; drop translations gone stale by it.

Start ComfyUI with this pack, then

    python scripts/make_locales.py --url http://127.0.0.1:8188

An English text that has changed loses its translations, a new one has none unless the same text
stands elsewhere: both are listed, and tests/unit/test_locales.py fails until
locales/<language>/nodeDefs.json has them. With --check nothing
is written and the status is 1 when the English file is out of step.
"""

from __future__ import annotations

import argparse
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

LOCALES = Path(__file__).resolve().parents[1] / "locales"
NODES = "nodeDefs.json"
OURS = "StyleGANEX_"
Texts = dict[str, str]  # a text by its path, such as "StyleGANEX_Encode.inputs.image.tooltip"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where out of step"
    )
    options = parser.parse_args()
    now = describe_nodes(options.url)
    english = LOCALES / "en" / NODES
    before = flatten(read(english))
    changed = {key for key, text in flatten(now).items() if before.get(key) != text}
    gone = set(before) - set(flatten(now))
    print(f"{len(flatten(now))} texts, {len(changed)} new or changed, {len(gone)} gone")
    if options.check:
        raise SystemExit(1 if changed or gone else 0)
    write(english, now)
    for path in sorted(LOCALES.glob(f"*/{NODES}")):
        if path != english:
            translate(path, flatten(now), before)


def translate(path: Path, english: Texts, before: Texts) -> None:
    """Bring a language in step: what was said once is said alike everywhere, the rest is listed."""
    texts = flatten(read(path))
    memory = {before[key]: text for key, text in texts.items() if key in before}
    # In the order of the English file, so that the two can be read side by side.
    write(path, nest({key: memory[text] for key, text in english.items() if text in memory}))
    for key, text in english.items():
        if text not in memory:
            print(f"{path.parent.name}: translate {key}: {text}")


def describe_nodes(url: str) -> dict:
    """All texts of our nodes in the form in which ComfyUI's editor looks them up."""
    with urllib.request.urlopen(f"{url}/object_info") as answer:
        info = json.load(answer)
    return {name: describe(info[name]) for name in sorted(info) if name.startswith(OURS)}


def describe(node: dict) -> dict:
    inputs = node["input"].get("required", {}) | node["input"].get("optional", {})
    outputs = zip(node["output_name"], node["output_tooltips"], strict=True)
    return {
        "display_name": node["display_name"],
        "description": node["description"],
        "inputs": {
            name: {"name": name, "tooltip": settings["tooltip"]}
            for name, (_, settings) in inputs.items()
        },
        "outputs": {
            str(index): {"name": name, "tooltip": tooltip}
            for index, (name, tooltip) in enumerate(outputs)
        },
    }


def flatten(tree: dict, path: str = "") -> Texts:
    return dict(_leaves(tree, path))


def _leaves(tree: dict, path: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def nest(texts: Texts) -> dict:
    tree: dict = {}
    for key, text in texts.items():
        *folders, name = key.split(".")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = text
    return tree


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path: Path, tree: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
