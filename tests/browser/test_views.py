"""The views of results: a slider through a sweep, a line between before and after."""

from __future__ import annotations

import pytest

LOAD = {"class_type": "StyleGANEX_LoadModel", "inputs": {"file": "demo: photo"}}
IMAGE = {"class_type": "StyleGANEX_ExampleImage", "inputs": {"name": "rendered_ben"}}
ENCODE = {
    "class_type": "StyleGANEX_Encode",
    "inputs": {"model": ["1", 0], "image": ["2", 0], "batch_norm": "stored", "skip_layers": -1},
}
GRAPH = {
    "1": LOAD,
    "2": IMAGE,
    "3": ENCODE,
    "4": {"class_type": "StyleGANEX_LoadEditVector", "inputs": {"file": "demo: smile", "name": ""}},
    "5": {
        "class_type": "StyleGANEX_SweepEdit",
        "inputs": {
            "model": ["1", 0],
            "latents": ["3", 0],
            "vector": ["4", 0],
            "from_strength": -2.0,
            "to_strength": 2.0,
            "steps": 3,
            "layers": "all",
            "picture": 0,
        },
    },
    "6": {
        "class_type": "StyleGANEX_BeforeAfter",
        "inputs": {"before": ["2", 0], "after": ["5", 1]},
    },
}
PICTURES_LOADED = "root => [...root.querySelectorAll('img')].every(img => img.naturalWidth > 0)"


@pytest.fixture
def ran(editor):
    """The graph after a run."""
    editor.load_api(GRAPH)
    assert editor.queue().error is None
    return editor


def test_a_sweep_is_a_slider_through_strengths(ran):
    node = ran.node("StyleGANEX_SweepEdit")
    ran.show_node(node)
    root = ran.element(node, "StyleGANEX.SweepView")
    pictures = root.locator(".styleganex-pictures img")
    ran.wait_for(pictures.count, bool, "pictures")
    ran.wait_for(lambda: root.evaluate(PICTURES_LOADED), bool, "loaded pictures")
    label = root.locator("output")
    assert label.inner_text() == "0"
    root.locator("input[type=range]").focus()
    ran.page.keyboard.press("ArrowRight")
    ran.wait_for(label.inner_text, lambda text: text == "+2", "the strength")
    root.locator("button").first.click()
    ran.wait_for(label.inner_text, lambda text: text == "-2", "the strength")
    assert [picture.is_visible() for picture in pictures.all()] == [True, False, False]


@pytest.mark.every_renderer
def test_before_and_after_share_a_line(ran):
    node = ran.node("StyleGANEX_BeforeAfter")
    ran.show_node(node)
    root = ran.element(node, "StyleGANEX.BeforeAfter")
    ran.wait_for(lambda: root.evaluate(PICTURES_LOADED), bool, "loaded pictures")
    stage = root.locator(".styleganex-pair").bounding_box()
    line = "root => parseFloat(root.querySelector('.styleganex-line').style.left)"
    y = stage["y"] + stage["height"] / 2
    middle = stage["x"] + stage["width"] / 2
    ran.drag((middle, y), (stage["x"] + stage["width"] * 0.8, y))
    assert ran.wait_for(lambda: root.evaluate(line), lambda at: at > 60, "the line") < 100
    before = root.evaluate(line)
    ran.page.keyboard.press("ArrowLeft")
    ran.wait_for(lambda: root.evaluate(line), lambda at: at < before, "the line by key")
    ran.page.keyboard.press("Home")
    ran.wait_for(lambda: root.evaluate(line), lambda at: at == 0, "the line at the start")
    after = root.locator("img[alt=after]")
    shown = after.get_attribute("src")
    root.locator("button[aria-label='next picture']").click()
    ran.wait_for(lambda: after.get_attribute("src"), lambda now: now != shown, "the next picture")
