"""Every shipped graph opens in the editor, is saved as it was, and runs there."""

from __future__ import annotations

import pytest

from .editor import WORKFLOWS, classic_only

NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.json"))
# Official weights are a download; clips take minutes, and tests/comfy runs them.
RUNNABLE = [name for name in NAMES if not name.startswith(("official-", "video-"))]
FEW_STEPS = 10  # of an optimisation
FLAT = 0.03  # standard deviation below which a picture shows nothing


@pytest.mark.parametrize("name", NAMES)
def test_workflow_opens_and_is_saved_as_it_was(editor, name):
    editor.load_workflow(name)
    editor.close_dialogs()
    opened = editor.api_graph()
    assert opened
    for node, widget in editor.widgets():
        editor.show_node(node)
        assert editor.element(node, widget).is_visible()
    editor.load(editor.saved())
    editor.close_dialogs()
    assert editor.api_graph() == opened


@classic_only
def test_the_graph_to_start_with_is_listed_first(editor):
    assert editor.listed_templates(NAMES)[:2] == ["start-here", "edit-a-portrait"]


@classic_only
@pytest.mark.parametrize("name", RUNNABLE)
def test_workflow_runs(editor, name):
    editor.load_workflow(name)
    for node, entry in editor.api_graph().items():
        if "steps" in entry["inputs"] and entry["class_type"] == "StyleGANEX_Optimize":
            editor.set_value(node, "steps", FEW_STEPS)
    result = editor.queue()
    assert result.error is None
    shown = [  # clips are shown as "images" too
        node
        for node, output in result.outputs.items()
        if output.get("images") and not output.get("animated")
    ]
    assert shown
    for node in shown:
        assert editor.picture(result, node).std() > FLAT


@classic_only
def test_an_unsaved_graph_survives_a_reload(editor):
    editor.load_workflow("style-mix")
    node = editor.node("StyleGANEX_StyleMix")
    editor.set_value(node, "layers", "5, 7")
    expected = editor.api_graph()
    editor.wait_kept("5, 7")
    editor.reload()
    editor.wait_for(lambda: editor.api_graph() == expected, bool, "the reloaded graph")
    node = editor.node("StyleGANEX_StyleMix")
    editor.show_node(node)
    assert editor.element(node, "StyleGANEX.LayerMask").is_visible()
