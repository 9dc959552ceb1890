"""The nodes speak the editor's languages, and the widgets work in all of them.

The frontends offer no German (the newer ones turn it into English), so our `locales/de` cannot be
seen here; its completeness is tested with the others' in tests/unit.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..unit.test_widget_texts import read as widget_texts
from .editor import WORKFLOWS, classic_only, graph_texts

LOCALES = Path(__file__).resolve().parents[2] / "locales"
NODE = "StyleGANEX_FeatureTransform"


@pytest.fixture(scope="module", autouse=True)
def english_afterwards(page):
    yield
    if editor := getattr(page, "styleganex_editor", None):
        editor.set_language("en")


@classic_only
def test_the_first_graph_is_listed_and_explained_in_the_editors_language(editor):
    editor.set_language("fr")
    assert editor.listed_templates("fr")[0] == "start-here"
    editor.load_workflow("start-here")
    note = editor.node(texts := graph_texts("fr")["note"])
    shown = editor.evaluate("id => app.canvas.graph.getNodeById(id).widgets[0].value", note)
    assert texts and shown.startswith("## " + graph_texts("fr")["graphs"]["start-here"]["title"])
    assert "*Édition en direct*" in shown and "slider" not in shown
    assert "1. Votre photo : déposez-la ici" in titles(editor.saved())
    editor.load_workflow("group-photo")  # every title that a graph gives, not the first one's alone
    english = titles(json.loads((WORKFLOWS / "group-photo.json").read_text()))
    french = graph_texts("fr")["titles"] | {"About this graph": graph_texts("fr")["note"]}
    wanted = {french[title] for title in english}
    assert len(wanted) > 5 and wanted <= titles(editor.saved())
    assert not english & titles(editor.saved())
    editor.evaluate("() => { app.graph._nodes[0].title = 'The faces' }")  # given by hand
    saved = editor.saved()
    editor.load(saved)
    assert titles(editor.saved()) == titles(saved)


def titles(graph: dict) -> set[str]:
    """The titles that a graph's data give to its nodes."""
    return {node["title"] for node in graph["nodes"] if node.get("title")}


@classic_only
@pytest.mark.parametrize(
    "language",
    [
        "zh",
        *(pytest.param(code, marks=pytest.mark.one_frontend) for code in ("ja", "ko", "fr", "es")),
    ],
)
def test_nodes_speak_the_editors_language(editor, language):
    words = json.loads((LOCALES / language / "nodeDefs.json").read_text())[NODE]
    editor.set_language(language)
    editor.load_workflow("feature-transform")
    title, label = editor.evaluate(
        """type => {
            const node = LiteGraph.createNode(type)
            const turn = node.widgets.find(widget => widget.name === 'rotation')
            return [node.title, turn.label]
        }""",
        NODE,
    )
    assert title == words["display_name"]
    assert label == words["inputs"]["rotation"]["name"]
    node = editor.evaluate("type => app.graph._nodes.find(node => node.type === type).id", NODE)
    editor.show_node(node)
    root = editor.element(node, "StyleGANEX.TransformGizmo")
    button = root.locator("[data-do=mirror]")
    assert button.inner_text() == widget_texts(language)["gizmo.mirror"]
    root.locator("svg").focus()
    before = editor.value(node, "dx")
    editor.page.keyboard.press("ArrowRight")
    editor.wait_value(node, "dx", before + 1)
