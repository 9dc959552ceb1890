"""Of a crop only what its paste looks at is drawn, and the frame is the same."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import (
    ClipEdit,
    ClipSettings,
    Selection,
    edit_frames,
    example_image,
    parse_keyframes,
)
from styleganex_core.composite import paste_face, transfer
from styleganex_core.crop.masks import face_mask
from styleganex_core.datatypes import FaceCrop
from styleganex_core.decode import decode_latents
from styleganex_core.networks.window import Window
from styleganex_core.video import drawing
from styleganex_core.video.part import find_part, join_parts, lay_out

from ..tiny import random_picture, tiny_model
from .clips import face_at, moving_clip, track_of

FACES = [face_at(52, 40, eyes=16), face_at(62, 46, eyes=16)]


def images_of(model, settings: ClipSettings, paste: str) -> torch.Tensor:
    vector = torch.randn(model.num_slots, model.style_dim)
    edits = [ClipEdit(vector, parse_keyframes(2))] if paste == "change" else []
    frames = moving_clip(2).read(Selection())
    edited = edit_frames(model, frames, track_of(FACES), edits, settings=settings)
    return torch.stack([frame.image for frame in edited]).int()


PAIRS = [(0, "change", False), (2, "change", True), (0, "drawing", True), (2, "drawing", False)]
REST = [(2, "change", False), (0, "change", True), (2, "drawing", True), (0, "drawing", False)]


@pytest.mark.parametrize(
    ("fusions", "paste", "half"),
    [*PAIRS, *(pytest.param(*one, marks=pytest.mark.slow) for one in REST)],
)
def test_a_frame_is_the_same_as_with_the_whole_crop_drawn(monkeypatch, fusions, paste, half):
    model = tiny_model(64, fusions=fusions)
    settings = ClipSettings(smoothing=0.0, half=half, paste="change")
    asked: list[Window] = []

    def draw_all(model, latents, *, window, **options):
        asked.append(window)
        whole = decode_latents(model, latents, **options)
        assert window.size[0] * window.size[1] < 0.75 * whole[0, 0].numel()
        return window.cut(whole)

    # A random model's drawing is like no photo, and changes of something else are not put back.
    monkeypatch.setattr(transfer, "ALIKE", 40.0)
    monkeypatch.setattr(transfer, "STRANGE", 80.0)
    torch.manual_seed(1)
    parts = images_of(model, settings, paste)
    monkeypatch.setattr(drawing, "decode_latents", draw_all)
    torch.manual_seed(1)
    wholes = images_of(model, settings, paste)
    assert len(asked) == (2 if paste == "change" else 1)
    assert (parts - images_of_clip()).abs().max() > 10, "something was pasted"
    assert (parts - wholes).abs().max() <= 1


def images_of_clip() -> torch.Tensor:
    return torch.stack([frame.image for frame in moving_clip(2).read(Selection())]).int()


@pytest.mark.parametrize("eyes", [6, 16, 64, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize("change_only", [True, False])
def test_a_paste_does_not_look_beyond_the_part(eyes, change_only):
    """At any size of the face: what is drawn beyond has no say."""
    side = 5 * eyes
    photo = example_image("astronaut_portrait")
    frame = F.interpolate(photo, (side, side), mode="bicubic", antialias=True).clamp(-1, 1)
    scale = 64 / eyes  # px of the crop per px of the frame
    size = (320, 320)
    place = FaceCrop(((1 / scale, 0.0, 0.0), (0.0, 1 / scale, 0.0)), size, (side, side))
    mask = face_mask(place, face_at(side / 2, side / 2 - eyes / 4, eyes=eyes))
    mask = mask * (torch.arange(320) < 160)  # so that much lies beyond
    drawn = (160, 160)
    part = find_part(mask, place, drawn)
    assert part.size[1] < 130
    plain = F.interpolate(photo, drawn, mode="area") + 0.1 * random_picture(*drawn, seed=2)
    edited = plain + F.interpolate(random_picture(40, 40, seed=3), drawn, mode="bicubic") / 2
    outside = torch.ones(drawn, dtype=torch.bool)
    part.cut(outside).fill_(False)

    def paste(around: torch.Tensor, *, spare: bool = False) -> torch.Tensor:
        before, after = (torch.where(outside, around, one) for one in (plain, edited))
        unedited = before if change_only else None
        return paste_face(frame, after, place, mask=mask, unedited=unedited, within_mask=spare)

    grey, noise = paste(torch.zeros(drawn)), paste(random_picture(*drawn, seed=4) / 2)
    assert (grey - frame).abs().max() > 0.05
    assert (grey - noise).abs().max() <= 1 / 127.5
    # Gaussians are drawn on coarser grids, which begin elsewhere where less is looked at.
    apart = (grey - paste(torch.zeros(drawn), spare=True)).abs() * 127.5
    assert apart.max() <= 3 and (apart > 1).float().mean() < 0.001


def test_parts_join_and_are_laid_out_where_they_belong():
    parts = [Window(2, 3, 5, 9), Window(4, 1, 8, 6)]
    window = join_parts(parts)
    assert window == Window(2, 1, 8, 9)
    whole = random_picture(10, 12)
    laid = lay_out(window.cut(whole), window, parts[0], (10, 12))
    assert torch.equal(parts[0].cut(laid), parts[0].cut(whole))
    parts[0].cut(laid).fill_(0)
    assert not laid.any()


def test_a_mask_that_shows_nothing_asks_for_everything():
    place = FaceCrop(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (16, 16), (16, 16))
    assert find_part(torch.zeros(1, 1, 16, 16), place, (32, 32)) == Window(0, 0, 32, 32)
