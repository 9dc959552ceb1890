"""What the editor shows of help pages and of files to download."""

from __future__ import annotations

import pytest


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
    version = classic_editor.evaluate("() => window.__COMFYUI_FRONTEND_VERSION__")
    if not version.startswith("1.27."):
        pytest.skip(f"frontend {version} lists missing files in its error panel, not in a dialog")
    classic_editor.load_workflow("official-edit")
    listed = classic_editor.page.locator(".comfy-missing-models")
    for file in ("styleganex / styleganex_inversion", "styleganex_edit_vectors / direction_dics"):
        listed.get_by_text(file).wait_for()
    classic_editor.page.keyboard.press("Escape")
    classic_editor.load_workflow("sample")
