"""A template, Run, the smile slider; then the same with one's own photo."""

from __future__ import annotations

import pytest
from PIL import Image

from ..comfy.conftest import EXAMPLE
from .editor import classic_only
from .test_live import JPEG_ERROR, Live, difference

OWN_PICTURE = "Picture: your own (connect it to Crop Face)"
FEW_STEPS = 10  # of the optimisation


@pytest.fixture
def portrait(editor):
    """The graph as the template browser opens it."""
    editor.open_template("edit-a-portrait")
    editor.set_value(editor.node("StyleGANEX_Optimize"), "steps", FEW_STEPS)
    return editor


def smile_more(live: Live) -> float:
    """How far the picture follows the smile slider; nothing is queued."""
    before, source = live.picture(), live.source()
    live.slide("smile", 3)
    return difference(before, live.wait_picture(other_than=source))


@classic_only
def test_run_smile_and_the_same_with_ones_own_photo(portrait):
    node = portrait.node("StyleGANEX_LiveEdit")
    assert portrait.queue().error is None
    portrait.show_node(node)
    live = Live(portrait, node)
    example = live.wait_picture()
    assert smile_more(live) > JPEG_ERROR / 2

    with Image.open(EXAMPLE.with_name("astronaut.jpg")) as photo:
        own = portrait.server.add_image("me.png", photo)
    source = live.source()
    loader, crop = portrait.node(OWN_PICTURE), portrait.node("StyleGANEX_CropFace")
    portrait.set_value(loader, "image", own)
    portrait.connect(loader, crop, "image")
    assert portrait.queue().error is None
    mine = live.wait_picture(other_than=source)
    assert mine.shape != example.shape or difference(mine, example) > 5 * JPEG_ERROR
    portrait.set_value(node, "strengths", "")
    live.wait_at_rest()
    assert smile_more(live) > JPEG_ERROR / 2
