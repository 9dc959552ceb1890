"""The shape of a head: ellipsoids in the head's frame (see `geometry` for the convention)."""

from __future__ import annotations

import torch

from .attributes import Person
from .features import EYE_X, MOUTH_Y, NOSE_TIP, mouth_shape
from .geometry import Ellipsoid, Rays, Rotation, Surface, Vector, smoothstep, unite_ellipsoids

YAW_DEGREES = 32.0
PITCH_DEGREES = 14.0
ANCHOR = (0.0, 0.0, 0.82)  # between the eyes; what a placement puts in its place
SCALP_CENTRE = (0.0, -0.22, -0.25)
SOFTNESS = [0.22, 0.10, 0.09]


def head_rotation(person: Person) -> Rotation:
    """Where the head looks, from yaw and pitch."""
    degree = torch.pi / 180
    return Rotation.from_angles(
        person.yaw * YAW_DEGREES * degree, person.pitch * PITCH_DEGREES * degree
    )


def head_ellipsoids(person: Person) -> list[Ellipsoid]:
    """Skull, face, bridge and tip of the nose."""
    width = 1 + 0.08 * person.face_width
    drop = 0.035 * smoothstep(-0.35, 1.1, person.mouth_open)  # the jaw of an open mouth
    beard = 0.035 * smoothstep(0.0, 1.0, person.beard)
    jaw = drop + beard
    return [
        Ellipsoid(SCALP_CENTRE, (0.97 * width, 1.02, 1.10)),
        Ellipsoid((0.0, 0.38 + jaw, 0.02), (0.80 * width * width + beard, 1.00 + jaw, 0.86)),
        Ellipsoid((0.0, 0.22, 0.80), (0.115, 0.42, 0.20)),
        Ellipsoid((0.0, 0.53, 0.86), (0.175, 0.125, 0.23)),
    ]


def cast_head(rays: Rays, person: Person) -> Surface:
    """The surface of the head along each ray."""
    return unite_ellipsoids(rays, head_ellipsoids(person), SOFTNESS)


def landmark_points(person: Person) -> Vector:
    """Eye centres, nose tip, mouth corners on the head, [B, 1, 5] each, in the head's frame."""
    half_width, rise, _ = mouth_shape(person)
    zero = torch.zeros_like(half_width)
    corner = MOUTH_Y - 0.6 * rise
    tip_x, tip_y = NOSE_TIP
    u = torch.cat([zero - EYE_X, zero + EYE_X, zero + tip_x, -half_width, half_width], dim=2)
    v = torch.cat([zero, zero, zero + tip_y, corner, corner], dim=2)
    one = torch.ones_like(zero)
    rays = Rays((u, v, torch.zeros_like(u)), (0 * one, 0 * one, one))
    return u, v, cast_head(rays, person).depth
