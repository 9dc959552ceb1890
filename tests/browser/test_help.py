"""What the editor shows of help pages, languages and files to download."""

from __future__ import annotations

import json

import pytest

from .editor import WORKFLOWS

TITLES = {
    "en": "Encode (StyleGANEX)",
    "zh": "编码 (StyleGANEX)",
    "ja": "エンコード (StyleGANEX)",
    "ko": "인코드 (StyleGANEX)",
    "fr": "Encoder (StyleGANEX)",
    "de": "Enkodieren (StyleGANEX)",  # not in the editor's menu; from the browser's language
    "es": "Codificar (StyleGANEX)",
}


def test_help_opens_beside_the_graph_with_its_picture(classic_editor):
    classic_editor.load_workflow("feature-transform")
    node = classic_editor.node("StyleGANEX_FeatureTransform")
    classic_editor.show_node(node)
    classic_editor.evaluate("id => app.canvas.selectNode(app.graph.getNodeById(id))", node)
    button = classic_editor.page.get_by_test_id("info-button").first
    button.click()
    page = classic_editor.page.locator(".node-help-content")
    page.locator("h1", has_text="Feature Transform").wait_for()
    picture = page.locator("img")
    width = classic_editor.wait_for(
        lambda: picture.evaluate("image => image.naturalWidth"), bool, "the picture's width"
    )
    assert width > 300
    assert page.locator("td code", has_text="rotation").count() == 1
    button.click()


@pytest.fixture
def english_afterwards(classic_editor):
    yield classic_editor
    classic_editor.set_language("en")


def test_nodes_speak_the_language_of_the_editor(english_afterwards):
    editor = english_afterwards
    for language, title in TITLES.items():
        editor.set_language(language)
        words = json.loads((WORKFLOWS.parent / "locales" / language / "nodeDefs.json").read_text())
        node = editor.evaluate(
            """() => {
                const node = LiteGraph.createNode('StyleGANEX_Encode')
                return {
                    title: node.title,
                    label: node.widgets.find(widget => widget.name === 'skip_layers').label,
                    input: node.inputs.find(input => input.name === 'image').localized_name,
                    output: node.outputs[0].localized_name,
                }
            }"""
        )
        expected = words["StyleGANEX_Encode"]
        assert node == {
            "title": title,
            "label": expected["inputs"]["skip_layers"]["name"],
            "input": expected["inputs"]["image"]["name"],
            "output": expected["outputs"]["0"]["name"],
        }


def test_missing_official_files_are_listed_with_their_folder(classic_editor):
    classic_editor.load_workflow("official-edit")
    page = classic_editor.page
    for name in ("styleganex_inversion.pt", "direction_dics.pt"):
        page.get_by_text(name).first.wait_for()
    page.keyboard.press("Escape")
    classic_editor.load_workflow("sample")
