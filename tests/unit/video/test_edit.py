"""A clip is edited as its frames would be, with one style, and nothing else of it changes."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    ClipEdit,
    ClipSettings,
    Selection,
    StyleGANEXError,
    TensorClip,
    apply_edit_vector,
    decode_latents,
    edit_crops,
    edit_frames,
    encode_face,
    parse_keyframes,
    swap_domain,
)
from styleganex_core.composite import transfer_edit

from ..tiny import random_picture, tiny_model
from .clips import RATE, SIZE, face_at, moving_clip, track_of

ONCE = ClipSettings(reach=32, smoothing=0.0, region="crop", feather=0.0, paste="drawing")
LEFT, RIGHT = face_at(32, 40, eyes=8), face_at(96, 40, eyes=8)


def vector_of(model, seed: int = 5) -> torch.Tensor:
    return torch.randn(
        model.num_slots, model.style_dim, generator=torch.Generator().manual_seed(seed)
    )


def images_of(frames) -> torch.Tensor:
    return torch.stack([frame.image for frame in frames]).int()


@pytest.mark.parametrize("fusions", [0, 3])
@pytest.mark.parametrize("gate", [0, 2])
def test_an_edit_designed_on_a_still_runs_over_a_clip_unchanged(fusions, gate):
    model = tiny_model(fusions=fusions, gate=gate if fusions else 0)
    crops, style = random_picture(64, 64, batch=3), random_picture(64, 64, seed=9)
    vector, layers = vector_of(model), "0-4, 7"
    w_plus = encode_face(model, style).w_plus
    strengths = [0.0, 0.75, -2.0]
    clip = edit_crops(model, crops, w_plus, [(vector, strengths, layers)])
    for row, strength in enumerate(strengths):
        still = encode_face(model, crops[row : row + 1], style)
        still = apply_edit_vector(still, vector, strength, layers)
        torch.testing.assert_close(
            clip[row : row + 1], decode_latents(model, still, noise="zero"), rtol=1e-4, atol=1e-4
        )


def test_skips_of_each_frame_count():
    model = tiny_model(fusions=3)
    crops = random_picture(64, 64, batch=2)
    w_plus = encode_face(model, crops[:1]).w_plus
    latents = encode_face(model, crops, w_plus=w_plus)
    assert latents.skips is not None and all(len(skip) == 2 for skip in latents.skips)
    drawn = edit_crops(model, crops, w_plus)
    without = decode_latents(model, encode_face(model, crops, w_plus=w_plus, skip_layers=0))
    assert (drawn - without).abs().max() > 0.01


def test_styles_are_read_once(monkeypatch):
    model = tiny_model()
    read = []
    original = type(model.encoder).style_offsets
    monkeypatch.setattr(
        type(model.encoder),
        "style_offsets",
        lambda self, taps: read.append(1) or original(self, taps),
    )
    frames, track = moving_clip(7).read(Selection()), track_of([LEFT] * 7)
    list(edit_frames(model, frames, track, chunk=2, settings=ONCE))
    assert len(read) == 1


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_the_chunk_does_not_matter(chunk):
    model, clip, track = tiny_model(), moving_clip(7), track_of([LEFT] * 7, [RIGHT] * 7)
    edits = [ClipEdit(vector_of(model), parse_keyframes("0:0, 6:3"))]
    whole = images_of(edit_frames(model, clip.read(Selection()), track, edits, chunk=4))
    other = images_of(edit_frames(model, clip.read(Selection()), track, edits, chunk=chunk))
    assert (whole - other).abs().max() <= 1


def test_pixels_outside_the_face_keep_their_exact_values():
    model, clip = tiny_model(), moving_clip(3)
    track = track_of([LEFT] * 3)
    before = images_of(clip.read(Selection()))
    small = ClipSettings(reach=32)
    after = images_of(edit_frames(model, clip.read(Selection()), track, settings=small))
    changed = (before != after).any(dim=-1)
    assert changed.any()
    assert not changed[:, :, 64:].any(), "the other half of the frame shows nobody"


def test_keyframes_change_the_strength_over_the_clip():
    model, clip, track = tiny_model(), moving_clip(5), track_of([LEFT] * 5)
    plain = images_of(edit_frames(model, clip.read(Selection()), track, settings=ONCE))
    edits = [ClipEdit(vector_of(model), parse_keyframes("0:0, 2:0, 3:4"))]
    edited = images_of(edit_frames(model, clip.read(Selection()), track, edits, settings=ONCE))
    change = (plain - edited).abs().flatten(1).amax(dim=1)
    assert change[:3].max() <= 1 and change[3:].min() > 10


def test_every_person_has_an_edit_of_their_own():
    model, clip, track = tiny_model(), moving_clip(2), track_of([LEFT] * 2, [RIGHT] * 2)
    settings = ClipSettings(reach=32, smoothing=0.0)

    def run(*edits: ClipEdit, people: str = "all") -> torch.Tensor:
        chosen = ClipSettings(reach=32, smoothing=0.0, people=people)
        return images_of(edit_frames(model, clip.read(Selection()), track, edits, settings=chosen))

    plain = images_of(edit_frames(model, clip.read(Selection()), track, settings=settings))
    first = ClipEdit(vector_of(model, 1), parse_keyframes(3), person=0)
    second = ClipEdit(vector_of(model, 2), parse_keyframes(3), person=1)
    both = run(first, second)
    assert (both[:, :, :64] - plain[:, :, :64]).abs().max() > 5
    assert (both[:, :, 64:] - plain[:, :, 64:]).abs().max() > 5
    original = images_of(clip.read(Selection()))
    one = run(first)
    assert torch.equal(one[:, :, 64:], original[:, :, 64:]), "nobody asked for person 1"
    assert torch.equal(one[:, :, :64], both[:, :, :64])
    assert torch.equal(run(people="1")[:, :, :64], original[:, :, :64])


def test_a_toon_model_draws_the_clip_in_its_domain():
    model, toon = tiny_model(), tiny_model(seed=8)
    clip, track = moving_clip(2), track_of([LEFT] * 2)
    swapped = swap_domain(model, toon)
    photo = images_of(edit_frames(model, clip.read(Selection()), track, settings=ONCE))
    drawn = images_of(edit_frames(swapped, clip.read(Selection()), track, settings=ONCE))
    assert (photo - drawn).abs().max() > 20


@pytest.mark.slow
def test_frames_in_which_a_face_is_gone_come_back_as_they_were():
    clip, track = moving_clip(60), track_of([LEFT if step < 20 else None for step in range(60)])
    after = images_of(edit_frames(tiny_model(), clip.read(Selection()), track))
    before = images_of(clip.read(Selection()))
    changed = (before != after).flatten(1).any(dim=1)
    assert changed[:19].all() and not changed[20:].any()


def test_frames_that_were_not_tracked_come_back_as_they_were():
    clip, track = moving_clip(6), track_of([LEFT] * 2, first=2)
    after = images_of(edit_frames(tiny_model(), clip.read(Selection()), track, settings=ONCE))
    changed = (images_of(clip.read(Selection())) != after).flatten(1).any(dim=1)
    assert changed.tolist() == [False, False, True, True, False, False]


def test_half_size_frames_are_drawn_at_half_size():
    model, clip, track = tiny_model(), moving_clip(1), track_of([LEFT])
    settings = ClipSettings(reach=32, smoothing=0.0, half=True)
    frames = list(clip.read(Selection(half=True)))
    after = list(edit_frames(model, frames, track, settings=settings))
    assert after[0].image.shape == (SIZE[0] // 2, SIZE[1] // 2, 3)
    changed = (after[0].image != frames[0].image).any(dim=-1)
    assert changed.any() and not changed[:, 32:].any()
    crops = random_picture(64, 64)
    w_plus = encode_face(model, crops).w_plus
    assert (
        edit_crops(model, crops, w_plus).shape[-1]
        == 2 * edit_crops(model, crops, w_plus, half=True).shape[-1]
    )


def test_one_frame_is_a_clip():
    clip, track = moving_clip(1), track_of([LEFT])
    frames = list(edit_frames(tiny_model(), clip.read(Selection()), track, settings=ONCE))
    assert [frame.index for frame in frames] == [0]


def test_an_edit_for_somebody_who_is_not_there_is_refused():
    edits = [ClipEdit(torch.zeros(1, 12), parse_keyframes(1), person=3)]
    with pytest.raises(StyleGANEXError, match="person 3"):
        list(edit_frames(tiny_model(), moving_clip(1).read(Selection()), track_of([LEFT]), edits))


def test_a_vector_of_another_family_is_refused():
    edits = [ClipEdit(torch.zeros(18, 512), parse_keyframes(1))]
    unread = iter(lambda: pytest.fail("a frame was read"), None)
    with pytest.raises(StyleGANEXError, match=r"vector is \[18, 512\]"):
        list(edit_frames(tiny_model(), unread, track_of([LEFT]), edits))


def test_a_selection_takes_every_nth_frame_of_a_range():
    clip = TensorClip(torch.rand(30, 8, 8, 3), RATE)
    assert [f.index for f in clip.read(Selection(5, 10, 4))] == [5, 9, 13]
    assert len(list(clip.read(Selection(28)))) == 2
    with pytest.raises(StyleGANEXError):
        Selection(every=0)


@pytest.mark.parametrize("gate", [0, 2])
def test_only_the_change_of_an_edit_is_put_back(gate):
    model = tiny_model(fusions=3 if gate else 0, gate=gate)
    crops = random_picture(64, 64, batch=2)
    w_plus = encode_face(model, crops[:1]).w_plus
    vector = vector_of(model)
    none, some = [
        edit_crops(model, crops, w_plus, [(vector, [s, s], "all")], paste="change")
        for s in (0.0, 1.0)
    ]
    side = none.shape[-1]
    grown = torch.nn.functional.interpolate(crops, (side, side), mode="bicubic")
    assert torch.equal(none, grown.clamp(-1, 1))
    drawn, plain = [edit_crops(model, crops, w_plus, [(vector, [s, s], "all")]) for s in (1.0, 0.0)]
    torch.testing.assert_close(some, transfer_edit(grown, plain, drawn), rtol=1e-3, atol=1e-3)


def test_a_clip_keeps_its_own_detail_unless_the_drawing_is_asked_for():
    model, clip, track = tiny_model(), moving_clip(2), track_of([LEFT] * 2)
    none = [ClipEdit(vector_of(model), parse_keyframes(0))]

    def run(edits: list[ClipEdit], **options) -> torch.Tensor:
        settings = ClipSettings(reach=32, smoothing=0.0, **options)
        return images_of(
            edit_frames(model, clip.read(Selection()), track, edits, settings=settings)
        )

    original = images_of(clip.read(Selection()))
    assert torch.equal(run(none), original), "an edit of no strength changes nothing"
    assert (run(none, paste="drawing") - original).abs().max() > 10
    assert torch.equal(run([]), run([], paste="drawing")), "without edits faces are drawn anew"
