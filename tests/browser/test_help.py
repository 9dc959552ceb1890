"""What the editor shows of help pages and of files to download."""

from __future__ import annotations


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


def test_missing_official_files_are_listed_with_their_folder(classic_editor):
    classic_editor.load_workflow("official-edit")
    page = classic_editor.page
    for name in ("styleganex_inversion.pt", "direction_dics.pt"):
        page.get_by_text(name).first.wait_for()
    page.keyboard.press("Escape")
    classic_editor.load_workflow("sample")
