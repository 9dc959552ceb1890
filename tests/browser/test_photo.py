"""A photo comes in by one gesture, and is edited as a whole."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ..comfy.conftest import EXAMPLE
from .editor import Editor, classic_only
from .test_live import JPEG_ERROR, NODE, Live, difference, graph

PHOTO = EXAMPLE.with_name("astronaut.jpg")
LOADER, EXAMPLES = "StyleGANEX_LoadPhoto", "StyleGANEX_ExampleImage"
DROP = """([file, name, x, y]) => {
    const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0))
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([bytes], name, { type: 'image/png' }))
    const place = { clientX: x, clientY: y, bubbles: true, cancelable: true, dataTransfer }
    for (const kind of ['dragenter', 'dragover', 'drop'])
        document.elementFromPoint(x, y).dispatchEvent(new DragEvent(kind, place))
}"""


def own_photo() -> tuple[str, np.ndarray]:
    """A photo of somebody, mirrored so that no example shows it, as a file in base64."""
    with Image.open(PHOTO) as picture:
        mine = picture.convert("RGB").transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    file = io.BytesIO()
    mine.save(file, "PNG")
    pixels = np.asarray(mine, dtype=np.float32) / 255
    return base64.b64encode(file.getvalue()).decode(), pixels


def drop_on(editor: Editor, element, name: str) -> None:
    """A photo file let go over the middle of an element."""
    box = element.bounding_box()
    place = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    editor.evaluate(DROP, [own_photo()[0], name, *place])


def drop_on_title(editor: Editor, node: int | str, name: str) -> None:
    """A photo file let go over a node's title, which is the canvas's."""
    place = editor.evaluate(
        """id => {
            const node = app.canvas.graph.getNodeById(id)
            const { scale, offset } = app.canvas.ds
            const canvas = app.canvas.canvas.getBoundingClientRect()
            return [canvas.left + (node.pos[0] + 40 + offset[0]) * scale,
                canvas.top + (node.pos[1] - 12 + offset[1]) * scale]
        }""",
        node,
    )
    editor.evaluate(DROP, [own_photo()[0], name, *place])


@pytest.fixture
def alerts(editor) -> list[str]:
    """What the page alerts."""
    heard: list[str] = []

    def hear(dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    editor.page.on("dialog", hear)
    yield heard
    editor.page.remove_listener("dialog", hear)
    assert not heard


@pytest.fixture
def start(editor):
    editor.load_workflow("start-here")
    return editor


@classic_only
def test_start_here_edits_the_whole_photo_and_a_dropped_one(start, alerts):
    node = start.node("StyleGANEX_LiveEdit")
    result = start.queue()
    assert result.error is None, result.error
    start.show_node(node)
    live = Live(start, node)
    example = live.wait_picture()
    live.element.get_by_role("button", name="Whole photo").click()
    whole = live.wait_side(512)
    assert difference(whole[300:], np.asarray(Image.open(PHOTO).convert("RGB"))[300:] / 255) < (
        JPEG_ERROR
    )
    assert example.shape[0] <= whole.shape[0]

    drop_on(start, live.element.locator(".picture"), "mine.png")
    start.wait_for(
        lambda: start.value(start.node(LOADER), "photo"), lambda n: n.startswith("mine"), "photo"
    )
    source = live.source()
    assert start.queue().error is None
    live.wait_picture(other_than=source)
    assert difference(live.wait_side(512)[300:], own_photo()[1][300:]) < JPEG_ERROR
    live.slide("glasses", 3)
    assert difference(live.wait_side(512)[300:], own_photo()[1][300:]) < JPEG_ERROR


@classic_only
@pytest.mark.parametrize("on_title", [False, True])
def test_a_photo_dropped_on_load_photo_is_shown_before_any_run(start, alerts, on_title):
    loader = start.node(LOADER)
    start.show_node(loader)
    element = start.element(loader, "StyleGANEX.Photo")
    shown = element.locator("img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    before = shown.evaluate("image => image.src")
    if on_title:
        drop_on_title(start, loader, "title.png")
    else:
        drop_on(start, element, "widget.png")
    start.wait_for(lambda: shown.evaluate("image => image.src"), lambda now: now != before, "photo")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 512


@pytest.mark.parametrize("renderer", ["vue"], indirect=True)
def test_the_list_of_photos_names_the_one_that_was_dropped(start, alerts):
    loader = start.node(LOADER)
    start.show_node(loader)
    element = start.element(loader, "StyleGANEX.Photo")
    chosen = start.page.locator(f'.lg-node[data-node-id="{loader}"]').get_by_role("combobox")
    example = start.value(loader, "photo")
    assert chosen.inner_text() == example
    drop_on(start, element, "named.png")
    start.wait_for(chosen.inner_text, lambda text: text.startswith("named"), "the list's choice")
    assert chosen.inner_text() == start.value(loader, "photo")
    start.set_value(loader, "photo", example)
    start.wait_for(chosen.inner_text, lambda text: text == example, "the list's choice")


@classic_only
def test_example_image_shows_its_picture_and_a_dropped_photo_takes_its_place(editor, alerts):
    editor.load_api(graph())
    example = editor.node(EXAMPLES)
    editor.show_node(example)
    shown = editor.element(example, "StyleGANEX.Photo").locator("img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    drop_on_title(editor, example, "instead.png")
    editor.wait_for(
        lambda: editor.evaluate(
            f"() => app.graph._nodes.filter(n => n.type === '{LOADER}').length"
        ),
        lambda count: count == 1,
        "a Load Photo",
    )
    queued = editor.api_graph()
    kinds = {entry["class_type"] for entry in queued.values()}
    assert EXAMPLES not in kinds and LOADER in kinds
    loader = next(key for key, entry in queued.items() if entry["class_type"] == LOADER)
    assert queued["3"]["inputs"]["image"] == [loader, 0]
    editor.wait_for(
        lambda: editor.value(editor.node(LOADER), "photo"),
        lambda name: name.startswith("instead"),
        "photo",
    )


@classic_only
def test_a_photo_dropped_where_nothing_loads_one_is_answered(editor, alerts):
    alone = {str(NODE): {"class_type": "StyleGANEX_LiveEdit", "inputs": {"strengths": ""}}}
    editor.load_api(alone)
    editor.show_node(NODE)
    drop_on(editor, Live(editor).element, "lost.png")
    editor.page.get_by_text("Put a Load Photo node before it").first.wait_for()


@classic_only
@pytest.mark.one_frontend
def test_the_picture_comes_nearer_and_goes_back_by_buttons_and_keys(start):
    node = start.node("StyleGANEX_LiveEdit")
    assert start.queue().error is None
    start.show_node(node)
    live = Live(start, node)
    live.wait_picture()
    live.wait_at_rest()
    first = live.picture()
    source = live.source()
    live.element.get_by_role("button", name="Zoom in on the face").click()
    nearer = live.wait_picture(other_than=source)
    assert nearer.shape != first.shape or difference(nearer, first) > JPEG_ERROR
    live.element.locator(".picture").press("0")
    live.wait_side(512)
