"""Verdicts that tricks do not turn, likeness as a loss, and what is reported of it."""

from __future__ import annotations

import pytest
import torch

import styleganex_core as core
from styleganex_core.readers.compare import LOSS_CHANGES
from styleganex_core.readers.judge import CHANGES, Change

from ..tiny import tiny_model


@pytest.fixture(scope="module")
def readers():
    return core.readers.load_face_readers()


@pytest.fixture(scope="module")
def astronaut():
    return core.example_image("astronaut_face")


@pytest.fixture(scope="module")
def anna():
    return core.example_image("rendered_anna")


def test_a_picture_judged_by_itself_is_the_same(astronaut, readers):
    assert core.readers.judge_identity(astronaut, astronaut, readers=readers).tolist() == [0]


def test_two_pictures_of_one_person_stay_near(astronaut, anna, readers):
    softer = torch.nn.functional.avg_pool2d(astronaut, 2)
    pictures = torch.cat([anna, core.example_image("rendered_ben")])
    assert core.readers.judge_identity(softer, astronaut, readers=readers) < 0.3
    far = core.readers.judge_identity(pictures, astronaut, readers=readers)
    assert far.shape == (2,)
    assert far.min() > 0.55


@pytest.mark.slow
def test_a_pattern_that_fools_the_reader_does_not_fool_the_judge(astronaut, anna, readers):
    target = readers.read_identity(astronaut)
    pattern = torch.zeros_like(anna, requires_grad=True)
    optimiser = torch.optim.Adam([pattern], lr=0.02)
    for _ in range(25):
        optimiser.zero_grad()
        painted = (anna + pattern).clamp(-1, 1)
        core.readers.likeness(readers.read_identity(painted), target).sum().backward()
        optimiser.step()
    fooled = (anna + pattern.detach()).clamp(-1, 1)
    assert core.readers.likeness(readers.read_identity(fooled), target) < 0.15
    assert core.readers.judge_identity(fooled, astronaut, readers=readers) > 0.35


def test_the_loss_looks_at_nothing_that_the_judge_looks_at():
    assert not set(LOSS_CHANGES) & set(CHANGES)
    turns = {change.turn for change in CHANGES}
    assert {10.0, -10.0} <= turns
    assert any(change.mirror for change in CHANGES)
    assert any(change.blur for change in CHANGES)
    assert any(change.shift != (0.0, 0.0) for change in CHANGES)


@pytest.mark.parametrize(
    "change",
    [Change(mirror=True), Change(shift=(20.0, 0.0)), Change(turn=10.0), Change(blur=3.0)],
    ids=["mirror", "shift", "turn", "blur"],
)
def test_each_change_is_made(astronaut, readers, change):
    from styleganex_core.readers.judge import look_again

    plain = look_again(astronaut, None, 1.0, Change())
    changed = look_again(astronaut, None, 1.0, change)
    assert (plain - changed).abs().mean() > 0.01
    if change.mirror:
        torch.testing.assert_close(changed.flip(3), plain)


def test_unequal_batches_are_refused(astronaut, readers):
    with pytest.raises(core.ShapeError, match="3 faces"):
        core.readers.judge_identity(
            astronaut.repeat(3, 1, 1, 1), astronaut.repeat(2, 1, 1, 1), readers=readers
        )


def test_likeness_follows_the_face_in_a_photo_of_any_size(readers):
    photo = core.example_image("astronaut")
    [face] = core.readers.watch_faces(photo, readers=readers)
    half = torch.nn.functional.interpolate(photo, scale_factor=0.5, mode="area")
    mirrored = photo.flip(3)
    assert float(face(photo)) < 1e-6
    assert face.judge(photo) == 0
    assert face.judge(half) < 0.2
    assert face.judge(mirrored) > 0.5  # the face is elsewhere now
    drawn = half.clone().requires_grad_()
    face(drawn).sum().backward()
    assert torch.isfinite(drawn.grad).all()
    assert drawn.grad.abs().sum() > 0


def test_photos_without_a_face_are_passed_over(astronaut, readers):
    wall = torch.zeros_like(astronaut)
    watched = core.readers.watch_faces(torch.cat([astronaut, wall]), readers=readers)
    assert [face is None for face in watched] == [False, True]
    distances = core.readers.judge_likeness(watched, torch.cat([astronaut, wall]))
    assert distances == [0.0, None]


def test_what_is_reported():
    assert core.readers.report_likeness([0.31]) == "Likeness 0.31: the same person."
    assert core.readers.report_likeness([0.9]) == "Likeness 0.90: someone else."
    assert core.readers.report_likeness([None]) == "Likeness: no face was found to compare."
    several = core.readers.report_likeness([0.2, 0.3, None, 0.7])
    assert several == (
        "Likeness 0.20 to 0.70 on 3 of 4 pictures, in the middle 0.30: the same person."
    )
    assert "the same person" not in core.readers.report_likeness([0.31], aimed_at=True)


def test_optimising_minds_the_likeness_only_when_asked():
    model = tiny_model(256)
    with torch.no_grad():
        target = core.decode_latents(model, core.sample_latents(model, 8, height=48, width=40))
    target = target.clamp(-1, 1)
    start = core.encode_face(model, target)
    called = []

    def darkness(picture: torch.Tensor) -> torch.Tensor:
        called.append(picture.shape)
        return (picture + 1).square().mean(dim=(1, 2, 3))

    def refine(**options) -> torch.Tensor:
        refined = core.optimize_latents(model, start, target, steps=3, **options)
        return core.decode_latents(model, refined)

    plain = refine()
    assert torch.equal(refine(likeness=[darkness]), plain)
    assert torch.equal(refine(likeness=[None], likeness_weight=5.0), plain)
    assert not called
    assert refine(likeness=[darkness], likeness_weight=5.0).mean() < plain.mean()
    assert called
    with pytest.raises(core.StyleGANEXError, match="2 likenesses"):
        refine(likeness=[darkness] * 2)
    with pytest.raises(core.StyleGANEXError, match="likeness_weight"):
        refine(likeness_weight=-1.0)
