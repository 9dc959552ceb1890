"""What the editor shows of help pages, and beside them."""

from __future__ import annotations

import pytest

from .editor import classic_only


@classic_only
def test_help_opens_beside_the_graph_with_its_picture(editor):
    editor.load_workflow("feature-transform")
    node = editor.node("StyleGANEX_FeatureTransform")
    editor.show_node(node)
    editor.evaluate("id => app.canvas.selectNode(app.graph.getNodeById(id))", node)
    button = editor.page.get_by_test_id("info-button").first
    button.click()
    page = editor.page.locator(".node-help-content")
    page.locator("h1", has_text="Feature Transform").wait_for()
    picture = page.locator("img")
    width = editor.wait_for(
        lambda: picture.evaluate("image => image.naturalWidth"), bool, "the picture's width"
    )
    assert width > 300
    assert page.locator("td code", has_text="rotation").count() == 1
    button.click()


@pytest.mark.every_renderer
def test_a_panel_beside_the_graph_leaves_a_widget_as_wide_as_its_node(editor):
    editor.load_workflow("feature-transform")
    node = editor.node("StyleGANEX_FeatureTransform")
    editor.show_node(node)
    element = editor.element(node, "StyleGANEX.TransformGizmo")
    whole = element.bounding_box()["width"]
    editor.evaluate(  # as frontend 1.58's properties panel does with a selected node
        """id => {
            for (const widget of app.graph.getNodeById(id).widgets)
                if (widget.element) widget.width = 120
            app.canvas.setDirty(true, true)
        }""",
        node,
    )
    editor.show_node(node)
    assert element.bounding_box()["width"] == whole
