"""Every shipped graph opens in the editor and is saved as it was.

What the editor would queue is the graph that tests/comfy runs, so it need not run here again.
"""

from __future__ import annotations

import json

import pytest

from .editor import WORKFLOWS, classic_only

GRAPHS = {path.stem: json.loads(path.read_text()) for path in sorted(WORKFLOWS.glob("*.json"))}
NAMES = list(GRAPHS)


def _varied() -> set[str]:
    """Graphs that together have every kind of node; all others are of the same nodes."""
    found, seen = set(), set()
    for name, graph in sorted(GRAPHS.items(), key=lambda item: -len(item[1]["nodes"])):
        kinds = {node["type"] for node in graph["nodes"]}
        if kinds - seen:
            found.add(name)
            seen |= kinds
    return found


def _once_unless_varied() -> list:
    varied = _varied()
    marks = {name: () if name in varied else (pytest.mark.one_frontend,) for name in NAMES}
    return [pytest.param(name, marks=mark) for name, mark in marks.items()]


@pytest.mark.parametrize("name", _once_unless_varied())
def test_workflow_opens_and_is_saved_as_it_was(editor, name):
    editor.load_workflow(name)
    editor.close_dialogs()
    opened = editor.api_graph()
    runs = json.loads((WORKFLOWS / "api" / f"{name}.json").read_text())
    assert _values(opened, runs) == _values(runs, runs)
    for node, widget in editor.widgets():
        editor.show_node(node)
        assert editor.element(node, widget).is_visible()
    editor.load(editor.saved())
    editor.close_dialogs()
    assert editor.api_graph() == opened


@classic_only
def test_no_editor_lists_a_download_that_it_refuses(editor):
    name = "official-mask-to-face"
    editor.load_workflow(name)
    assert editor.page.get_by_text("Only allowed suffixes").count() == 0
    editor.close_dialogs()
    told = [
        [node["properties"].get("models") for node in sorted(graph["nodes"], key=lambda n: n["id"])]
        for graph in (editor.saved(), GRAPHS[name])
    ]
    assert told[0] == told[1], "a graph saved here tells later editors where the files are"


@classic_only
def test_the_graph_to_start_with_is_listed_first(editor):
    assert editor.listed_templates()[:2] == ["start-here", "edit-a-portrait"]


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


def _values(graph: dict, shape: dict) -> dict:
    """The inputs of `graph` that `shape` names; the editor adds those left at their defaults."""
    return {
        node: (
            graph[node]["class_type"],
            {name: graph[node]["inputs"].get(name) for name in entry["inputs"]},
        )
        for node, entry in shape.items()
    }
