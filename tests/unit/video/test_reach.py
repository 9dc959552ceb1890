"""A clip is drawn and pasted only as far as its masks reach, and shows what the whole would."""

from __future__ import annotations

import pytest
import torch

from benchmarks.frame_by_frame import edit_each
from styleganex_core import ClipEdit, ClipSettings, Selection, edit_frames, parse_keyframes
from styleganex_core.composite import transfer
from styleganex_core.crop.masks import face_mask
from styleganex_core.video import edit
from styleganex_core.video.path import plan_path
from styleganex_core.video.reach import MARGIN, find_reach

from ..tiny import tiny_model
from .clips import face_at, moving_clip, track_of

SMALL = face_at(70, 44, eyes=12)  # its oval and the margin are two thirds of a crop of 384 px


@pytest.mark.parametrize("paste", ["change", "drawing"])
def test_frames_are_those_of_the_plain_loop(monkeypatch, paste):
    # A random model's drawing is nothing like the frame; its edits are to be pasted all the same.
    monkeypatch.setattr(transfer, "ALIKE", 8.0)
    monkeypatch.setattr(transfer, "STRANGE", 9.0)
    model, clip, track = tiny_model(), moving_clip(1), track_of([SMALL])
    vector = torch.randn(
        model.num_slots, model.style_dim, generator=torch.Generator().manual_seed(5)
    )
    settings = ClipSettings(reach=192, smoothing=0.0, paste=paste)
    found = []
    monkeypatch.setattr(
        edit, "find_reach", lambda masks: found.append(find_reach(masks)) or found[-1]
    )
    edits = [ClipEdit(vector, parse_keyframes("1"))]
    frames = list(clip.read(Selection()))
    ours = edit_frames(model, frames, track, edits, settings=settings)
    plain = edit_each(model, frames, track, edits, settings)
    came = list(ours)
    assert found[0] is not None and found[0].share < 0.7
    for one, other, source in zip(came, plain, frames, strict=True):
        apart = (one.image.int() - other.image.int()).abs()
        changed = (other.image.int() - source.image.int()).abs()
        assert changed.float().mean() > 1, "the edit is seen"
        # The part is resampled along another grid than the whole, as fine as the whole's.
        assert apart.max() <= 2, "of 255 levels"


def test_the_reach_holds_all_masks_and_a_margin():
    path = plan_path(track_of([face_at(70, 44, eyes=12), face_at(64, 40, eyes=12)]), 0,
                     smoothing=0.0, reach=192)  # fmt: skip
    masks = []
    for index in range(2):
        place = path.crop_at(index, (96, 128))
        masks.append(face_mask(place, path.face_at(index, (96, 128))))
    reach = find_reach(masks)
    assert reach is not None
    window = reach.window
    assert window.size[0] % 8 == 0 and window.size[1] % 8 == 0
    for mask in masks:
        inner = torch.zeros_like(mask)
        inner[..., window.top + MARGIN : window.bottom - MARGIN, window.left + MARGIN :] = 1
        inner[..., window.right - MARGIN :] = 0
        assert not (mask * (1 - inner)).any()


def test_masks_over_all_of_the_crop_are_drawn_whole():
    assert find_reach([torch.ones(1, 1, 64, 64)]) is None
    assert find_reach([torch.zeros(1, 1, 64, 64)]) is None
