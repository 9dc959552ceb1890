"""What nodes made is seen in them: clips in every renderer, and all of it after a cached run."""

from __future__ import annotations

import pytest

from .editor import classic_only

LOAD = ("LoadModel", {"file": "demo: toonify"})
CLIP = ("ExampleVideo", {"name": "one person", "seconds": 0.3, "seed": 0})
TRACK = ("TrackFaces", {"clip": ["2", 0], "search_every": 8, "style_frame": 0})
EDIT = ("EditVideo", {"model": ["1", 0], "video": ["2", 0], "track": ["3", 0]})


def graph(*nodes: tuple[str, dict]) -> dict:
    return {
        str(number): {"class_type": f"StyleGANEX_{kind}", "inputs": inputs}
        for number, (kind, inputs) in enumerate(nodes, 1)
    }


def shown(editor) -> list[str]:
    """The nodes that the page knows pictures or a clip of."""
    return editor.evaluate(
        "() => Object.entries(app.nodeOutputs).filter(e => e[1].images?.length).map(e => e[0])"
    )


@classic_only
def test_a_cached_run_shows_what_was_made_before(editor):
    editor.load_api(graph(LOAD, CLIP, TRACK))
    assert editor.queue().error is None
    assert sorted(shown(editor)) == ["2", "3"]
    editor.load(editor.saved())
    editor.evaluate("() => { app.nodeOutputs = {} }")
    again = editor.queue()
    assert again.error is None and {"2", "3"} <= again.cached
    editor.wait_for(lambda: sorted(shown(editor)), lambda nodes: nodes == ["2", "3"], "previews")


@pytest.mark.parametrize("renderer", ["vue"], indirect=True)
def test_an_edited_clip_is_shown_in_place_of_the_last_picture_of_progress(editor):
    if editor.version.startswith("1.27."):
        pytest.skip(f"the Vue renderer of frontend {editor.version} shows no clips at all")
    editor.load_api(graph(LOAD, CLIP, TRACK, EDIT))
    result = editor.queue()
    assert result.error is None
    name = result.outputs["4"]["images"][0]["filename"]
    editor.show_node(4, 0.7)
    editor.page.wait_for_function(
        "name => [...document.querySelectorAll('video')]"
        ".some(video => video.src.includes(name) && video.videoWidth > 0)",
        arg=name,
    )


# What the server tells while a node works; here at a pace of the test's own.
TELL = """async ([node, seconds]) => {
    const { api } = await import('/scripts/api.js')
    const detail = { node, seconds }
    api.dispatchEvent(new CustomEvent('styleganex_time_left', { detail }))
}"""
BADGES = """id => (app.canvas.graph.getNodeById(id).badges ?? [])
    .map(badge => (typeof badge === 'function' ? badge() : badge).text)"""


@pytest.mark.every_renderer
def test_a_node_that_works_for_long_says_how_much_longer(editor):
    editor.load_api(graph(LOAD, CLIP, TRACK))
    editor.show_node(3, 0.9)
    size = editor.evaluate("id => [...app.canvas.graph.getNodeById(id).size]", 3)
    editor.evaluate(TELL, ["3", 200])
    editor.evaluate(TELL, ["3", 130])
    assert editor.evaluate(BADGES, 3).count("about 3 min left") == 1
    assert "about 4 min left" not in editor.evaluate(BADGES, 3)
    if editor.vue:
        editor.page.get_by_text("about 3 min left").wait_for()
    assert editor.evaluate("id => [...app.canvas.graph.getNodeById(id).size]", 3) == size
    editor.evaluate(TELL, ["3", None])
    assert not any("left" in text for text in editor.evaluate(BADGES, 3))
    assert editor.page.get_by_text("min left").count() == 0
    editor.evaluate(TELL, ["3", 5])
    assert editor.queue().error is None
    editor.wait_for(
        lambda: editor.evaluate(BADGES, 3),
        lambda badges: not any("left" in text for text in badges),
        "the badge to go with the run",
    )
