"""A template, Run, the smile slider; then the same with one's own photo."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ..comfy.conftest import EXAMPLE
from .editor import classic_only
from .test_live import JPEG_ERROR, Live, difference

LOADER = "StyleGANEX_LoadPhoto"
FEW_STEPS = 10  # of the optimisation


@pytest.fixture
def portrait(editor):
    """The graph as the template browser opens it."""
    editor.open_template("edit-a-portrait")
    editor.set_value(editor.node("StyleGANEX_Optimize"), "steps", FEW_STEPS)
    return editor


def wait_change(live: Live, before: np.ndarray) -> None:
    """Until the node shows another picture than that, and by more than a JPEG's error.

    Not until it has another address: the picture of the strengths before may still be on its way.
    """
    live.editor.wait_for(
        lambda: difference(before, live.picture()), lambda gap: gap > JPEG_ERROR / 2, "a change"
    )


@classic_only
def test_run_smile_and_the_same_with_ones_own_photo(portrait):
    node = portrait.node("StyleGANEX_LiveEdit")
    assert portrait.queue().error is None
    portrait.show_node(node)
    live = Live(portrait, node)
    example = live.wait_picture()
    live.slide("smile", 3)  # nothing is queued
    wait_change(live, example)

    with Image.open(EXAMPLE.with_name("astronaut.jpg")) as photo:
        own = portrait.server.add_image("me.png", photo)
    source = live.source()
    portrait.set_value(portrait.node(LOADER), "photo", own)
    assert portrait.queue().error is None
    mine = live.wait_picture(other_than=source)
    assert mine.shape != example.shape or difference(mine, example) > 5 * JPEG_ERROR
    portrait.set_value(node, "strengths", "")
    wait_change(live, mine)
    live.wait_at_rest()
    calm = live.picture()
    live.slide("smile", 3)
    wait_change(live, calm)
