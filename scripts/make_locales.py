"""Write the nodes' texts in every language, and name those that are still to be translated.

Start ComfyUI with this pack, then

    python scripts/make_locales.py --url http://127.0.0.1:8188

writes locales/en/nodeDefs.json from the nodes as they are, and every other language beside it. A
text that is new or has changed gets the translation that the same text has elsewhere; without one
it stays English until somebody translates it in locales/<language>/nodeDefs.json. With --check
nothing is written, and the status is 1 when the English file is out of step with the nodes.

    python scripts/make_locales.py --missing

needs no ComfyUI. It lists what is still English, by language, in nodes, widgets and example graphs,
and the help pages that have no picture yet.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODES = "nodeDefs.json"
OURS = "StyleGANEX_"
ENGLISH = "en"
WIDGETS = ("texts", "template_texts")  # in web/js: a module of texts for each language
# Words that are the same in both languages, so that a text which equals the English is translated.
ALIKE = {
    "fr": {"image", "images", "latents", "mode", "original", "points", "rotation", "style"},
    "de": {"clip", "info", "latents", "name", "original", "person", "seed", "video"},
}
# Likewise texts of widgets, by their keys.
ALIKE_IN_WIDGETS = {"fr": {"mask.fine"}, "es": {"live.connected"}}
Texts = dict[str, str]  # a text by its path, such as "StyleGANEX_Encode.inputs.image.tooltip"


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    parser.add_argument("--root", type=Path, default=ROOT, help="the pack (default: this one)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where out of step"
    )
    parser.add_argument(
        "--missing", action="store_true", help="write nothing; list what is to be translated"
    )
    options = parser.parse_args(arguments)
    if not options.missing:
        make_locales(options.root / "locales", describe_nodes(options.url), options.check)
    if not options.check:
        print_missing(options.root)


def make_locales(folder: Path, now: dict, check: bool = False) -> None:
    """Bring all languages of a folder in step with the nodes, described as the editor needs it.

    With `check`, SystemExit where the English file is out of step, and nothing is written.
    """
    english = folder / ENGLISH / NODES
    before = flatten(read(english))
    changed = {key for key, text in flatten(now).items() if before.get(key) != text}
    gone = set(before) - set(flatten(now))
    print(f"{len(flatten(now))} texts, {len(changed)} new or changed, {len(gone)} gone")
    if check:
        raise SystemExit(1 if changed or gone else 0)
    write(english, now)
    for path in sorted(folder.glob(f"*/{NODES}")):
        if path != english:
            write(path, nest(translate(path, flatten(now), before)))


def translate(path: Path, english: Texts, before: Texts) -> Texts:
    """A language's texts for all of the English: what was said once is said alike everywhere.

    What nobody has translated is English. The order is the English file's, so that the two can be
    read side by side.
    """
    texts = flatten(read(path))
    kept = {key: text for key, text in texts.items() if key in before}
    waiting = untranslated(path.parent.name, kept, before)
    memory = {before[key]: text for key, text in kept.items() if key not in waiting}
    return {key: memory.get(text, text) for key, text in english.items()}


def untranslated(language: str, texts: Texts, english: Texts) -> list[str]:
    """The keys whose text is the English one, and no word that is the same in both languages."""
    same = ALIKE.get(language, set())
    return [
        key
        for key, text in texts.items()
        if text.lower() == english[key].lower() and english[key] not in same
    ]


def find_missing(root: Path) -> Iterator[tuple[str, str, str]]:
    """(language, where, English text) of all that is still to be translated."""
    english = flatten(read(root / "locales" / ENGLISH / NODES))
    for path in sorted((root / "locales").glob(f"*/{NODES}")):
        language = path.parent.name
        if language != ENGLISH:
            texts = flatten(read(path))
            for key in untranslated(language, texts, english):
                yield language, key, english[key]
    for folder in WIDGETS:
        modules = root / "web" / "js" / folder
        english = flatten(read_module(modules / f"{ENGLISH}.js"))
        for path in sorted(modules.glob("*.js")):
            present = read_module(path)
            for key in sorted(set(english) - set(flatten(present))):
                yield path.stem, f"{folder}: {key}", english[key]
    yield from _find_missing_of_graphs(root)


def _find_missing_of_graphs(root: Path) -> Iterator[tuple[str, str, str]]:
    """Likewise what is written in the example graphs: their nodes' titles, and their notes."""
    modules, titles = root / "web" / "js", {}
    for path in sorted((root / "workflows").glob("*.json")):
        for node in read(path)["nodes"]:
            if "title" in node and node["type"] != "MarkdownNote":
                titles[node["title"]] = path.stem
    notes = {
        path.stem: path.read_text(encoding="utf-8").strip()
        for path in sorted((root / "workflows" / "notes").glob("*.md"))
    }
    for path in sorted((modules / "note_texts").glob("*.js")):
        language = path.stem
        present = read_module(modules / "template_texts" / path.name).get("titles", {})
        for title in sorted(set(titles) - set(present)):
            yield language, f"titles, as in {titles[title]}", title
        present = read_module(path)
        for name, text in notes.items():
            if present.get(name, {}).get("english") != mark_note(text):
                yield language, f"note_texts: {name}", text.splitlines()[0]


def mark_note(text: str) -> str:
    """What a translation of an English note is marked with, which changes with the note."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def find_pages_without_picture(root: Path) -> list[str]:
    """The help pages that show nothing yet."""
    pages = sorted((root / "web" / "docs").glob("*.md"))
    return [page.name for page in pages if "![" not in page.read_text(encoding="utf-8")]


def print_missing(root: Path) -> None:
    """List what may still follow: translations and pictures."""
    missing = list(find_missing(root))
    for language, where, text in missing:
        print(f"{language}: translate {where}: {text}")
    pages = find_pages_without_picture(root)
    for page in pages:
        print(f"web/docs/{page}: no picture; add one to scripts/make_help_pictures.py")
    print(f"{len(missing)} texts to be translated, {len(pages)} pages without a picture")


def describe_nodes(url: str) -> dict:
    """All texts of our nodes in the form in which ComfyUI's editor looks them up."""
    with urllib.request.urlopen(f"{url}/object_info") as answer:
        info = json.load(answer)
    return {name: describe(info[name]) for name in sorted(info) if name.startswith(OURS)}


def describe(node: dict) -> dict:
    """The texts of one node of ComfyUI's /object_info."""
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
    """The texts of a tree by their paths."""
    return dict(_leaves(tree, path))


def _leaves(tree: dict, path: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def nest(texts: Texts) -> dict:
    """The tree of the texts of `flatten`."""
    tree: dict = {}
    for key, text in texts.items():
        *folders, name = key.split(".")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = text
    return tree


def read(path: Path) -> dict:
    """The tree of a file of texts; empty where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def read_module(path: Path) -> dict:
    """The texts of a JavaScript module that holds one JSON object."""
    body = path.read_text(encoding="utf-8").split("export default", 1)[1]
    return json.loads(re.sub(r",\s*}$", "}", body.strip().removesuffix(";")))


def write(path: Path, tree: dict) -> None:
    """Replace a file of texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
