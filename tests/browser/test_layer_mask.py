"""The layer mask paints the text input, and shows what is typed there."""

from __future__ import annotations

import pytest

import styleganex_core as core

from .editor import Editor, classic_only

WIDGET = "StyleGANEX.LayerMask"
SLOTS = 14  # of the demo models
MODULE = "/extensions/ComfyUI-StyleGANEX/js/layers.js"
TEXTS = ["all", "none", "8-", "-6", "0-6, 9", "0-2,5 , 11-", "3-99", " 4 ", "13", "17", "6-2", "-"]
TEXTS += ["", "a", "1,,2", "1-2-3", "ALL", "14", "0-", "-0", "5-5", "1.5"]


@pytest.fixture
def mixer(editor) -> tuple[Editor, int | str]:
    editor.load_workflow("style-mix")
    node = editor.node("StyleGANEX_StyleMix")
    editor.show_node(node)
    return editor, node


def checked(editor: Editor, node: int | str) -> list[int]:
    cells = editor.element(node, WIDGET).locator("[data-slot][aria-checked=true]")
    return cells.evaluate_all("cells => cells.map(cell => Number(cell.dataset.slot))")


def press(editor: Editor, node: int | str, preset: str) -> None:
    editor.element(node, WIDGET).locator(f"[data-preset={preset}]").click()


def centre(editor: Editor, node: int | str, slot: int) -> tuple[float, float]:
    box = editor.element(node, WIDGET).locator(f"[data-slot='{slot}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.every_renderer
def test_dragging_paints_slots_in_one_step_of_undo(mixer):
    editor, node = mixer
    assert editor.element(node, WIDGET).locator("[data-slot]").count() == SLOTS
    press(editor, node, "none")
    editor.wait_value(node, "layers", "none")
    editor.drag(centre(editor, node, 9), centre(editor, node, 11))
    editor.wait_value(node, "layers", "9-11")
    editor.drag(centre(editor, node, 10), centre(editor, node, 10))
    editor.wait_value(node, "layers", "9, 11")
    editor.undo()
    editor.wait_value(node, "layers", "9-11")
    editor.undo()
    editor.wait_value(node, "layers", "none")
    editor.wait_for(lambda: checked(editor, node), lambda now: now == [], "cells after undo")
    editor.redo()
    editor.wait_value(node, "layers", "9-11")
    editor.wait_for(lambda: checked(editor, node), lambda now: now == [9, 10, 11], "cells")


def test_presets_write_text_and_text_shows_in_cells(mixer):
    editor, node = mixer
    written = {"coarse": "0-2", "middle": "3-6", "fine": "7-", "invert": "0-6", "all": "all"}
    for preset, text in written.items():
        press(editor, node, preset)
        editor.wait_value(node, "layers", text)
    editor.set_value(node, "layers", "0-2, 9")
    editor.wait_for(lambda: checked(editor, node), lambda now: now == [0, 1, 2, 9], "typed")
    editor.set_value(node, "layers", "99")
    root = editor.element(node, WIDGET)
    editor.wait_for(
        lambda: root.get_attribute("class"), lambda now: "styleganex-unread" in now, "a wrong text"
    )
    assert editor.value(node, "layers") == "99"  # what was typed is left to the user


@classic_only
@pytest.mark.one_frontend
def test_cells_follow_the_models_slots_and_the_others_stay(editor):
    editor.load_workflow("style-mix")
    node, loader = editor.node("StyleGANEX_StyleMix"), editor.node("StyleGANEX_LoadModel")
    editor.show_node(node)
    mask = editor.element(node, WIDGET)
    cells = mask.locator("[data-slot]")
    kept = [
        mask.locator(part).element_handle() for part in ("[data-preset=fine]", "[data-slot='7']")
    ]
    for file, count in (("not run yet.pt", 18), ("demo: photo", SLOTS)):
        editor.set_value(loader, "file", file)
        editor.wait_for(cells.count, lambda now, count=count: now == count, "the cells")
        assert mask.locator("[data-slot][tabindex='0']").count() == 1
    assert all(part.evaluate("part => part.isConnected") for part in kept), "not under the pointer"


def test_keys_move_and_paint(mixer):
    editor, node = mixer
    press(editor, node, "none")
    editor.element(node, WIDGET).locator("[data-slot='0']").focus()
    editor.page.keyboard.press("Space")
    editor.wait_value(node, "layers", "0")
    editor.page.keyboard.press("Shift+ArrowRight")
    editor.wait_value(node, "layers", "0-1")
    editor.page.keyboard.press("End")
    editor.page.keyboard.press("Enter")
    editor.wait_value(node, "layers", f"0-1, {SLOTS - 1}")


def test_copies_paint_on_their_own(mixer):
    editor, node = mixer
    press(editor, node, "fine")
    copy = editor.copy_and_paste(node)
    editor.wait_value(copy, "layers", "7-")
    editor.show_node(copy)
    press(editor, copy, "coarse")
    editor.wait_value(copy, "layers", "0-2")
    assert editor.value(node, "layers") == "7-"


@classic_only
@pytest.mark.one_frontend
def test_a_painted_mask_is_what_runs(editor):
    editor.load_workflow("style-mix")
    node = editor.node("StyleGANEX_StyleMix")
    editor.show_node(node)
    press(editor, node, "middle")
    editor.wait_value(node, "layers", "3-6")
    assert editor.api_graph()[str(node)]["inputs"]["layers"] == "3-6"
    assert editor.queue().error is None


@pytest.mark.every_renderer
def test_a_mask_works_inside_a_subgraph(mixer):
    editor, node = mixer
    with editor.inside_subgraph(node) as inside:
        press(editor, inside, "coarse")
        editor.wait_value(inside, "layers", "0-2")
    queued = [
        entry["inputs"]["layers"]
        for entry in editor.api_graph().values()
        if entry["class_type"] == "StyleGANEX_StyleMix"
    ]
    assert queued == ["0-2"]


@classic_only
@pytest.mark.parametrize("count", [10, SLOTS, 18])
@pytest.mark.one_frontend
def test_the_editor_reads_layers_as_the_core_does(editor, count):
    def read(text: str) -> list[int] | None:
        try:
            return list(core.parse_layers(text, count))
        except core.StyleGANEXError:
            return None

    script = """async ([module, texts, count]) => {
        const { parseLayers } = await import(module)
        const sorted = slots => slots && [...slots].sort((a, b) => a - b)
        return texts.map(text => sorted(parseLayers(text, count)))
    }"""
    came = editor.evaluate(script, [MODULE, TEXTS, count])
    assert came == [read(text) for text in TEXTS]


@classic_only
@pytest.mark.one_frontend
def test_every_choice_survives_being_written(editor):
    choices = [[slot for slot in range(10) if bits >> slot & 1] for bits in range(1024)]
    script = """async ([module, choices]) => {
        const { formatLayers, parseLayers } = await import(module)
        return choices.map(slots => formatLayers(new Set(slots), 10))
    }"""
    texts = editor.evaluate(script, [MODULE, choices])
    assert [list(core.parse_layers(text, 10)) for text in texts] == choices
