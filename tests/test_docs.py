"""What code and pages say of other pages: sections that exist, paths that exist."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from .test_architecture import LAB_LAYERS, LAYERS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FOLDERS = ("styleganex_core", "styleganex_lab", "nodes", "scripts", "tests", "docs")
SOURCES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".md") and path != Path(__file__)
)
# `docs/networks.md, "Generator", "Noise" and "Skip fusions"`, wrapped anywhere.
NAMED_SECTION = re.compile(r'docs/(\w+)\.md((?:,? (?:and )?"[^"]+")+)')
# `styleganex_core/photo.py::open_photo`, or a path alone.
NAMED_PATH = re.compile(r"`([\w./-]+?)(?:::(\w+))?`")
# A file anywhere in a text: `see nodes/widgets.py`.
NAMED_FILE = re.compile(
    r"(?<![\w/.:-])((?:styleganex_core|styleganex_lab|nodes|web|tests|scripts|docs|benchmarks)"
    r"/[\w./-]+\.(?:py|js|md|json|sh))\b"
)
LINKED_SECTION = re.compile(r"\]\((\w*)(?:\.md)?#([\w-]+)\)")


def headings(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """The name that a page's viewer gives to a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def named_sections() -> list[tuple[str, str, str]]:
    """(where, page, section) of all references by name."""
    found = []
    for path in SOURCES:
        text = " ".join(re.sub(r"^\s*#? ?", "", path.read_text(), flags=re.MULTILINE).split())
        for page, sections in NAMED_SECTION.findall(text):
            names = re.findall(r'"([^"]+)"', sections)
            found += [(path.relative_to(ROOT).as_posix(), page, name) for name in names]
    return found


def test_sections_that_code_names_exist():
    references = named_sections()
    assert len(references) >= 20, "the references are not found any more"
    for where, page, section in references:
        assert section in headings(DOCS / f"{page}.md"), f"{where} names {page}.md, {section!r}"


def test_sections_that_pages_link_to_exist():
    links = 0
    for path in sorted(DOCS.glob("*.md")):
        for page, section in LINKED_SECTION.findall(path.read_text()):
            target = DOCS / f"{page}.md" if page else path
            assert section in map(anchor, headings(target)), f"{path.name} links #{section}"
            links += 1
    assert links, "no link to a section is found any more"


def test_nothing_refers_to_a_page_outside_the_repository():
    for path in SOURCES:
        assert not re.search(r"\bSPEC\b", path.read_text()), f"{path.name} names a SPEC"


def test_the_readme_clones_without_the_history():
    """Models that were replaced make up most of it."""
    readme = (ROOT / "README.md").read_text()
    clones = re.findall(r"git clone .*", readme)
    assert clones
    assert all(command.startswith("git clone --depth 1 ") for command in clones)


def test_files_that_code_and_pages_name_exist():
    release = ROOT / "tests" / "release"
    invented = [release / "test_archive.py", release / "test_check_types.py"]  # names of no files
    pages = [*SOURCES, *(ROOT / "web" / "js").rglob("*.js"), *ROOT.glob("*.md")]
    named = [
        (path.name, name)
        for path in pages
        if path not in invented and "frozen" not in path.parts
        for name in NAMED_FILE.findall(path.read_text())
    ]
    assert len(named) >= 100, "the files are not found any more"
    assert [(where, name) for where, name in named if not (ROOT / name).exists()] == []


def test_modules_that_pages_name_by_the_end_of_their_path_exist():
    """As `training/run/loop.py` in docs/training.md, wherever it begins."""
    modules = ["/" + path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py")]
    named = [
        (page.name, name)
        for page in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]
        if page.name != "CHANGELOG.md"  # tells of what was
        for name in re.findall(r"`([\w/]+\.py)`", page.read_text())
    ]
    assert len(named) >= 50, "the modules are not found any more"
    lost = [pair for pair in named if not any(path.endswith("/" + pair[1]) for path in modules)]
    assert lost == []


def test_paths_in_the_architecture_page_exist():
    page = (DOCS / "architecture.md").read_text()
    paths = [(path, name) for path, name in NAMED_PATH.findall(page) if "/" in path]
    assert len(paths) >= 40, "the paths are not found any more"
    for path, name in paths:
        assert (ROOT / path).exists(), f"{path} does not exist"
        if name:
            defined = rf"^(?:def|class) {name}\b"
            assert re.search(defined, (ROOT / path).read_text(), re.MULTILINE), (
                f"{path} has no {name}"
            )


def test_the_architecture_page_shows_the_layers_that_are_enforced():
    page = (DOCS / "architecture.md").read_text()
    drawn = re.findall(r"^```text\n(.+?)^```", page, flags=re.MULTILINE | re.DOTALL)
    layers = [[set(line.split()) for line in reversed(block.splitlines())] for block in drawn]
    assert layers == [LAYERS, LAB_LAYERS]


# Sentences that puzzled a native reader; whatever they stood for is said plainly now.
QUAINT = (
    "stands there twice",
    "finds back",
    "the newest wish",
    "numbers that say nothing",
    "nothing of ours",
    "stands in every saved graph",
    "come near and go back",
    "not the crop is pasted",
    "the model's unrest",
    "free of rights",
    "brings along",
    "no kind known",
    "face of few px",
    "parted by",
    "drawn sooner",
    "told from its contents",
    "better 20",
)


def test_no_quaint_phrase_comes_back():
    pages = [
        *SOURCES,
        *ROOT.glob("*.md"),
        *(ROOT / "web").rglob("*.js"),
        *(ROOT / "web").rglob("*.md"),
    ]
    for path in pages:
        text = " ".join(path.read_text().lower().split())
        found = [phrase for phrase in QUAINT if phrase in text]
        assert not found, f"{path.relative_to(ROOT)}: {found}"


def test_help_pictures_fit_the_editors_panel():
    """It shows some 300 px; narrower pictures would be enlarged, wider ones too small to read."""
    widths = {
        path.name: width_of(path) for path in (ROOT / "web" / "docs" / "images").glob("*.jpg")
    }
    assert len(widths) > 20
    assert {name: width for name, width in widths.items() if not 300 <= width <= 400} == {}


def width_of(picture: Path) -> int:
    with Image.open(picture) as opened:
        return opened.width
