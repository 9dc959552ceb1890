"""A face that moves between two drawings moves in the photo too."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_core.composite.motion import (
    HELD_TURN,
    LEVELLED_TURN,
    OUTLINE,
    fit_rotation,
    plan_motion,
    spread,
    turn_points,
)

SIZE = (256, 256)


def a_face() -> torch.Tensor:
    """478 points on the front half of a head 150 px wide, its middle at (128, 140)."""
    generator = torch.Generator().manual_seed(0)
    angles = torch.rand(478, 2, generator=generator) * 2 - 1
    angles[list(OUTLINE)] = angles[list(OUTLINE)] / angles[list(OUTLINE)].norm(dim=1, keepdim=True)
    across, along = (angles * math.radians(80)).sin().unbind(dim=1)
    depth = -(1 - (across.square() + along.square()).clamp(max=1)).sqrt()
    return torch.stack([128 + 75 * across, 140 + 90 * along, 75 * depth], dim=1)


def turned(face: torch.Tensor, degrees: float) -> torch.Tensor:
    """The face turned to the picture's right."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rotation = torch.tensor([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
    centre = face.mean(dim=0)
    return (face - centre) @ rotation.T + centre


def drawings() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    small = torch.rand(1, 3, 16, 16, generator=generator) - 0.5
    drawn = torch.nn.functional.interpolate(small, SIZE, mode="bicubic")
    return drawn, drawn.clone()


@pytest.mark.parametrize("degrees", [-20.0, 3.0, 35.0])
def test_a_rotation_is_found_whatever_was_shifted(degrees):
    face = a_face()
    moved = turned(face, degrees) + torch.tensor([9.0, -4.0, 2.0])
    expected = turned(torch.eye(3) * 100, degrees) - turned(torch.zeros(1, 3), degrees)
    found = fit_rotation(face, moved)
    torch.testing.assert_close(found @ found.T, torch.eye(3), atol=1e-5, rtol=0)
    centred = expected - expected.mean(dim=0)
    plain = torch.eye(3) * 100
    torch.testing.assert_close((plain - plain.mean(dim=0)) @ found.T, centred, atol=1e-3, rtol=0)


def test_what_does_not_move_stays():
    face = a_face()
    motion = plan_motion(face, face, face + 0.3, drawings(), SIZE)
    assert motion.turn is None
    assert motion.expression.abs().max() < 0.05
    torch.testing.assert_close(motion.levelled, drawings()[1])


def test_a_mouth_that_moves_takes_the_photo_s_mouth_along_and_nothing_else():
    face = a_face()
    mouth = ((face[:, :2] - torch.tensor([128.0, 180.0])).norm(dim=1) < 20).nonzero()[:, 0]
    edited = face.clone()
    edited[mouth, 1] += 6
    photo = face + torch.tensor([5.0, -3.0, 0.0])  # the photo's face lies a little elsewhere
    motion = plan_motion(photo, face, edited, drawings(), SIZE)
    assert motion.turn is None
    assert -7 < float(motion.expression[0, 1, 183, 133]) < -4  # what is there now was above
    assert motion.expression[0, :, 80:110].abs().max() < 0.5
    assert motion.expression[0, :, :20].abs().max() < 0.1


@pytest.mark.parametrize("degrees", [-10.0, 10.0, 40.0])
def test_a_head_turns_on_the_spot(degrees):
    face = a_face()
    motion = plan_motion(face, face, turned(face, degrees), drawings(), SIZE)
    assert motion.turn is not None
    nose = -motion.turn[0, :, 135:145, 122:134].mean(dim=(1, 2))  # where the nose goes
    gain, largest = LEVELLED_TURN
    angle = math.copysign(min(abs(degrees) * gain, largest), degrees)
    depth = float(face[list(OUTLINE), 2].mean() + 75)
    assert float(nose[0]) == pytest.approx(math.sin(math.radians(angle)) * depth, rel=0.35)
    assert motion.turn[0, :, :, :15].abs().max() < 0.4 * float(nose[0].abs())  # it fades
    assert motion.expression.abs().max() < 0.5
    step = turn_points(face, fit_rotation(face, turned(face, degrees)), 10.0)
    torch.testing.assert_close(step[list(OUTLINE)].mean(dim=0), torch.zeros(2), atol=1e-4, rtol=0)


def test_the_drawing_of_a_turned_head_is_not_pasted():
    """A shape far from the face that only the turn drew leaves no trace; glasses do stay."""
    face = a_face()
    plain, edited = drawings()
    edited[..., 40:200, 225:228] = -0.9  # an outline beside the head
    edited[..., 130:134, 110:146] = -0.95  # a dark bar over the face
    motion = plan_motion(face, face, turned(face, 12), (plain, edited), SIZE)
    change = (motion.levelled - plain).abs().amax(dim=1)[0]
    assert change[40:200, 225:228].mean() < 0.1
    assert change[120:145, 100:160].max() > 0.4


def test_a_turn_alone_leaves_no_shadow_and_no_second_outline():
    """What a drawing shows otherwise because its head has turned is no change of the face."""
    face = a_face()
    plain = torch.zeros(1, 3, *SIZE)
    edited = plain.clone()
    edited[..., 100:180, 135:150] -= 45 / 255  # the shadow of the nose, on its other side
    edited[..., 40:220, 200:212] += 45 / 255  # backdrop where hair was
    motion = plan_motion(face, face, turned(face, 12), (plain, edited), SIZE)
    assert (motion.levelled - plain).abs().max() < 4 / 255


@pytest.mark.parametrize("degrees", [-12.0, 3.0])
def test_an_edit_that_is_known_without_its_turn_is_drawn_so_and_turned_by_any_angle(degrees):
    face = a_face()
    mouth = ((face[:, :2] - torch.tensor([128.0, 180.0])).norm(dim=1) < 20).nonzero()[:, 0]
    open_mouth = face.clone()
    open_mouth[mouth, 1] += 6
    plain, edited = drawings()
    held = plain - 0.2
    edited[..., 60:90, 90:160] = 0.9  # whatever the turned drawing shows
    both = turned(open_mouth, degrees)
    motion = plan_motion(face, face, both, (plain, edited), SIZE, 1.0, (open_mouth, held))
    assert torch.equal(motion.levelled, held)
    assert -7 < float(motion.expression[0, 1, 186, 128]) < -4
    assert motion.expression[0, :, 80:110].abs().max() < 0.5
    assert motion.turn is not None
    nose = -motion.turn[0, 0, 135:145, 122:134].mean()
    angle = math.copysign(min(abs(degrees) * HELD_TURN[0], HELD_TURN[1]), degrees)
    depth = float(face[list(OUTLINE), 2].mean() + 75)
    assert float(nose) == pytest.approx(math.sin(math.radians(angle)) * depth, rel=0.35)
    still = plan_motion(face, face, open_mouth, (plain, held), SIZE, 1.0, (open_mouth, held))
    assert still.turn is None


def test_a_field_passes_through_its_points_and_fades():
    places = torch.tensor([[60.0, 60.0], [180.0, 90.0]])
    values = torch.tensor([[3.0, 0.0], [0.0, -4.0]])
    field = spread(places, values, SIZE, 1.0, ((9.0, 1.0),))
    torch.testing.assert_close(field[0, :, 60, 60], values[0], atol=0.05, rtol=0)
    torch.testing.assert_close(field[0, :, 90, 180], values[1], atol=0.05, rtol=0)
    assert field[0, :, 230:, :].abs().max() < 1e-3
