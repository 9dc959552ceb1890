"""What explains the nodes: help pages and their pictures, tooltips, and texts in every language."""

from __future__ import annotations

import io
import json
import re
import urllib.request

import pytest
from conftest import PACK, REPOSITORY
from PIL import Image
from script_files import load_script

DOCS = REPOSITORY / "web" / "docs"
LOCALES = REPOSITORY / "locales"
NODES = json.loads((REPOSITORY / "tests" / "public_surface.json").read_text())["nodes"]
LARGEST_PICTURE = 60_000  # bytes
LONGEST_PAGE = 45  # lines; one screen
WIDEST_PICTURE = 1000  # px; the help panel shows no more
OURS_ALONE = {"ExampleImage", "ExampleVideo", "BeforeAfter", "LoadPhoto"}
OURS_ALONE |= {"SaveLatent", "LoadLatent", "SaveEditVector"}  # files
NO_RANGE = {"seed"}
LISTS = {"file", "name", "photo"}  # of files and pictures, which name themselves


@pytest.fixture(scope="module")
def nodes(server) -> dict[str, dict]:
    info = server.request("/object_info")
    return {name: node for name, node in info.items() if name.startswith("StyleGANEX_")}


@pytest.mark.parametrize("node", sorted(NODES))
def test_every_node_has_a_page_of_one_screen(server, nodes, node):
    text = fetch(server, f"docs/{node}.md").decode()
    title, sentence = (part.strip() for part in text.split("\n\n")[:2])
    assert title == f"# {nodes[node]['display_name'].removesuffix(' (StyleGANEX)')}"
    assert sentence.endswith((".", "?")) and "\n" not in sentence, "says in a sentence what it does"
    assert text.count("\n") <= LONGEST_PAGE
    unnamed = [name for name in inputs_of(nodes[node]) if f"`{name}`" not in text]
    assert not unnamed, f"the page says nothing of {unnamed}"
    if node.removeprefix("StyleGANEX_") not in OURS_ALONE:
        assert re.search(r"\*Paper: section \d", text)


@pytest.mark.parametrize("node", sorted(NODES))
def test_the_pictures_of_a_page_are_served(server, node):
    text = fetch(server, f"docs/{node}.md").decode()
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text)
    for (
        description,
        path,
    ) in pictures:  # none yet: `scripts/make_locales.py --missing` names the page
        assert len(description) > 10
        data = fetch(server, f"docs/{path}")
        assert len(data) < LARGEST_PICTURE
        picture = Image.open(io.BytesIO(data))
        assert picture.format == "JPEG" and 300 <= picture.width <= WIDEST_PICTURE


def test_most_pages_show_the_effect():
    pages = list(DOCS.glob("*.md"))
    assert sum("![" in page.read_text() for page in pages) >= 0.8 * len(pages)


def test_no_page_and_no_picture_is_left_over(nodes):
    assert {path.stem for path in DOCS.glob("*.md")} == set(nodes)
    pages = "".join(path.read_text() for path in DOCS.glob("*.md"))
    assert all(f"(images/{path.name})" in pages for path in (DOCS / "images").iterdir())


@pytest.mark.parametrize("node", sorted(NODES))
def test_tooltips_say_something(nodes, node):
    inputs = inputs_of(nodes[node])
    for name, (kind, settings) in inputs.items():
        tooltip = settings.get("tooltip", "")
        assert len(tooltip) >= 20 and tooltip.endswith("."), f"{name}: {tooltip!r}"
        if kind in ("INT", "FLOAT") and name not in NO_RANGE:
            assert re.search(r"\d", tooltip), f"{name} gives no value or range"
        options = settings.get("options", [])
        if len(options) > 1 and name not in LISTS:
            assert tooltip_explains(tooltip, options), f"{name} names none of {options}"
    for name, tooltip in zip(
        nodes[node]["output_name"], nodes[node]["output_tooltips"], strict=True
    ):
        assert tooltip and len(tooltip) >= 14 and tooltip.endswith("."), f"{name}: {tooltip!r}"


def test_english_is_what_the_nodes_say(nodes):
    """`python scripts/make_locales.py` mends this."""
    make_locales = load_script("make_locales")
    now = {name: make_locales.describe(node) for name, node in nodes.items()}
    saved = json.loads((LOCALES / "en" / "nodeDefs.json").read_text(encoding="utf-8"))
    assert make_locales.flatten(saved) == make_locales.flatten(now)


def test_comfyui_hands_out_every_language(server, nodes):
    handed = server.request("/i18n")
    for folder in LOCALES.iterdir():
        assert handed[folder.name]["nodeDefs"].keys() >= nodes.keys()
    japanese = handed["ja"]["nodeDefs"]["StyleGANEX_Encode"]
    assert japanese["display_name"] == "エンコード (StyleGANEX)"


def inputs_of(node: dict) -> dict[str, tuple[str, dict]]:
    return node["input"].get("required", {}) | node["input"].get("optional", {})


def tooltip_explains(tooltip: str, options: list[str]) -> bool:
    """Whether a choice's tooltip speaks of one of its options, or leads to what lists them."""
    words = " ".join(map(str, options)).lower()
    return any(str(option).lower() in tooltip.lower() for option in options) or any(
        len(word) > 3 and word in tooltip.lower() for word in re.findall(r"[a-z]+", words)
    )


def fetch(server, path: str) -> bytes:
    """What the editor gets from the pack's web folder; an HTTP error fails the test."""
    url = f"http://127.0.0.1:{server.port}/extensions/{PACK}/{path}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()
