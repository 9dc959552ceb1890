"""The gizmo writes numbers, and the decoded face goes where it was dragged."""

from __future__ import annotations

import numpy as np
import pytest

from .editor import Editor, classic_only

WIDGET = "StyleGANEX.TransformGizmo"
NUMBERS = {"dx": 0.0, "dy": 0.0, "rotation": 0.0, "scale": 1.0, "flip": False}
CELL = 8  # px of the picture, of the demo model's output too


@pytest.fixture
def mover(editor) -> tuple[Editor, int | str]:
    return open_mover(editor)


def open_mover(editor: Editor) -> tuple[Editor, int | str]:
    editor.load_workflow("feature-transform")
    node = editor.node("StyleGANEX_FeatureTransform")
    for name, value in NUMBERS.items():
        editor.set_value(node, name, value)
    editor.show_node(node)
    return editor, node


def numbers(editor: Editor, node: int | str) -> dict:
    return {name: editor.value(node, name) for name in NUMBERS}


def wait_numbers(editor: Editor, node: int | str, **expected: float | bool) -> None:
    wanted = NUMBERS | expected
    editor.wait_for(lambda: numbers(editor, node), lambda now: now == wanted, "the inputs")


def part(editor: Editor, node: int | str, selector: str) -> tuple[float, float]:
    """The middle of a part of the gizmo, in px of the page."""
    box = editor.element(node, WIDGET).locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def px_per_cell(editor: Editor, node: int | str) -> float:
    stage = editor.element(node, WIDGET).locator("svg").bounding_box()
    return min(stage["width"], stage["height"]) / 32


def drag_by(editor: Editor, node: int | str, x: float, y: float) -> None:
    """Drags the middle of the picture by cells."""
    start, px = part(editor, node, "svg"), px_per_cell(editor, node)
    editor.drag(start, (start[0] + x * px, start[1] + y * px))


@pytest.mark.every_renderer
def test_dragging_moves_in_one_step_of_undo(mover):
    editor, node = mover
    drag_by(editor, node, 8, -3)
    wait_numbers(editor, node, dx=8, dy=-3)
    drag_by(editor, node, -2, 0)
    wait_numbers(editor, node, dx=6, dy=-3)
    editor.undo()
    wait_numbers(editor, node, dx=8, dy=-3)
    drag_by(editor, node, 1, 0)  # the widget of the node that undo has made anew
    wait_numbers(editor, node, dx=9, dy=-3)


def test_corners_resize_and_the_knob_turns(mover):
    editor, node = mover
    middle = part(editor, node, "svg")
    corner = part(editor, node, "[data-part=resize]")
    editor.drag(corner, tuple(m + (c - m) * 1.5 for m, c in zip(middle, corner, strict=True)))
    wait_numbers(editor, node, scale=1.5)
    editor.undo()
    wait_numbers(editor, node)
    knob = part(editor, node, "[data-part=turn]")
    reach = middle[1] - knob[1]
    editor.drag(knob, (middle[0] - reach, middle[1]))  # from the top to the left
    wait_numbers(editor, node, rotation=90)


def test_buttons_and_keys(mover):
    editor, node = mover
    root = editor.element(node, WIDGET)
    root.locator("[data-do=mirror]").click()
    wait_numbers(editor, node, flip=True)
    root.locator("svg").focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "+", ",", ",", "m"):
        editor.page.keyboard.press(key)
    wait_numbers(editor, node, dx=1, dy=4, scale=1.05, rotation=2)
    root.locator("[data-do=reset]").click()
    wait_numbers(editor, node)


@classic_only
@pytest.mark.one_frontend
def test_the_decoded_face_goes_where_it_was_dragged(editor):
    editor, node = open_mover(editor)
    result = editor.queue()
    saver = editor.node("SaveImage")
    before = editor.picture(result, saver)
    picture = editor.element(node, WIDGET).locator("image[href]").first
    picture.wait_for()
    assert "StyleGANEX_widget" in picture.get_attribute("href")
    drag_by(editor, node, 8, 0)
    wait_numbers(editor, node, dx=8)
    after = editor.picture(editor.queue(), saver)
    assert best_shift(before, after) == pytest.approx(8 * CELL, abs=2)


def best_shift(before: np.ndarray, after: np.ndarray) -> int:
    """By how many px to the right `after` [H, W, 3] shows best what `before` shows."""
    width = before.shape[1]

    def difference(shift: int) -> float:
        left, right = max(shift, 0), min(width + shift, width)
        return float(np.abs(after[:, left:right] - before[:, left - shift : right - shift]).mean())

    return min(range(-width // 2, width // 2 + 1), key=difference)
