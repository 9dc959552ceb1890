"""Photograph the widgets in the editor, for docs/widgets.md and docs/live-editing.md.

    python scripts/make_widget_pictures.py [NAME ...]

starts a ComfyUI and opens its editor in a Chromium, as tests/browser does and with what that needs
(CONTRIBUTING.md), runs the example graphs and writes docs/images/live-edit.jpg and widget-*.jpg, a
dark node or a dark and a light one side by side. Only the astronaut and rendered people are shown.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, find_chromium  # noqa: E402
from tests.browser.editor import Editor  # noqa: E402
from tests.comfy.conftest import run_server  # noqa: E402

IMAGES = ROOT / "docs" / "images"
THEMES = ("dark", "light")
SCALE = 1.25  # of the nodes
VIEW = {"width": 1400, "height": 1500}  # px
EDGE = 12  # px around a node
QUALITY = 88


@dataclass(frozen=True)
class Shot:
    """A node of an example graph, named by its type or title."""

    graph: str
    node: str
    themes: tuple[str, ...] = ("dark",)


SHOTS = {
    "live-edit": Shot("start-here", "StyleGANEX_LiveEdit"),
    "widget-layer-mask": Shot("style-mix", "StyleGANEX_StyleMix", THEMES),
    "widget-transform-gizmo": Shot("feature-transform", "StyleGANEX_FeatureTransform", THEMES),
    "widget-sweep-view": Shot("find-edit-vectors", "Sweep: a bundled vector"),
    "widget-before-after": Shot("start-here", "StyleGANEX_BeforeAfter"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*SHOTS, []], help="which; all without it")
    chosen = parser.parse_args().names or list(SHOTS)
    with open_editor() as editor:
        editor.set_setting("Comfy.NodeBadge.NodeSourceBadgeMode", "None")
        for name in chosen:
            shot = SHOTS[name]
            editor.load_workflow(shot.graph)
            result = editor.queue()
            assert result.error is None, result.error
            node = editor.node(shot.node)
            pictures = [photograph(editor, node, theme) for theme in shot.themes]
            editor.set_theme("dark")
            join(pictures).save(IMAGES / f"{name}.jpg", quality=QUALITY)
            print(f"{name}.jpg: {' and '.join(str(picture.size) for picture in pictures)}")


@contextmanager
def open_editor() -> Iterator[Editor]:
    from playwright.sync_api import sync_playwright  # an extra: `pip install -e ".[browser]"`

    with (
        tempfile.TemporaryDirectory() as base,
        run_server(Path(base)) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport=VIEW)
        yield Editor(page, server, vue=False)
        browser.close()


def photograph(editor: Editor, node: int | str, theme: str) -> Image.Image:
    """The node alone, as it is shown."""
    editor.set_theme(theme)
    editor.show_node(node, SCALE)
    editor.page.wait_for_timeout(3000)  # pictures are drawn again as sharp as they are shown
    left, top, width, height = editor.evaluate(
        """([id, edge]) => {
            const node = app.canvas.graph.getNodeById(id), { scale, offset } = app.canvas.ds
            const [x, y, width, height] = node.getBounding()
            const canvas = app.canvas.canvas.getBoundingClientRect()
            return [(x + offset[0]) * scale + canvas.left - edge,
                (y + offset[1]) * scale + canvas.top - edge,
                width * scale + 2 * edge, height * scale + 2 * edge]
        }""",
        [node, EDGE],
    )
    clip = {"x": left, "y": top, "width": width, "height": height}
    return Image.open(io.BytesIO(editor.page.screenshot(clip=clip))).convert("RGB")


def join(pictures: list[Image.Image]) -> Image.Image:
    """Side by side."""
    sheet = Image.new(
        "RGB", (sum(picture.width for picture in pictures), max(p.height for p in pictures))
    )
    x = 0
    for picture in pictures:
        sheet.paste(picture, (x, 0))
        x += picture.width
    return sheet


if __name__ == "__main__":
    main()
