"""Every shipped graph opens in the editor, runs there, and comes back after a reload."""

from __future__ import annotations

import pytest

from .editor import WORKFLOWS

NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.json"))
FEW_STEPS = 10  # of an optimisation
FLAT = 0.03  # standard deviation below which a picture shows nothing


@pytest.mark.parametrize("name", NAMES)
def test_workflow_opens_and_runs(editor, name):
    editor.load_workflow(name)
    graph = editor.api_graph()
    assert graph
    for node in graph:
        if "steps" in graph[node]["inputs"]:
            editor.set_value(int(node), "steps", FEW_STEPS)
    result = editor.queue()
    assert result.error is None
    shown = [node for node, output in result.outputs.items() if output.get("images")]
    assert shown
    for node in shown:
        assert editor.picture(result, int(node)).std() > FLAT


@pytest.mark.parametrize("name", NAMES)
def test_workflow_saves_what_it_loaded(editor, name):
    editor.load_workflow(name)
    first = editor.api_graph()
    editor.load(editor.saved())
    assert editor.api_graph() == first
