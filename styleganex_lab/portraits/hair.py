"""Hair: a cap with an opening for the face, a mass behind it and locks beside it."""

from __future__ import annotations

import torch

from .attributes import Person
from .geometry import Ellipsoid, Vector, coverage, smoothstep
from .head import SCALP_CENTRE


def cap_ellipsoid(person: Person) -> Ellipsoid:
    """The hair on the skull; longer hair stands off further."""
    x, y, z = SCALP_CENTRE
    width = 1 + 0.08 * person.face_width
    volume = 0.045 + 0.055 * smoothstep(-1.0, 0.2, person.hair_length)
    return Ellipsoid((x, y - 0.03, z), ((0.97 + volume) * width, 1.04 + volume, 1.10 + volume))


def back_ellipsoid(person: Person) -> Ellipsoid:
    """The hair that hangs behind the neck."""
    length = smoothstep(-0.55, 1.0, person.hair_length)
    return Ellipsoid(
        (0.0, 0.15 + 0.55 * length, -0.45), (0.86 + 0.30 * length, 0.62 + 1.25 * length, 0.62)
    )


def lock_ellipsoids(person: Person) -> tuple[Ellipsoid, Ellipsoid]:
    """The hair that frames the face, left and right; inside the cap when short."""
    length = smoothstep(-0.5, 1.0, person.hair_length)
    width = 1 + 0.08 * person.face_width
    height = 0.45 + 0.90 * length
    out = (0.88 + 0.07 * length) * width
    lock = (0.15 + 0.10 * length, height, 0.40)
    y = -0.10 + 0.80 * length
    return Ellipsoid((-out, y, -0.16), lock), Ellipsoid((out, y, -0.16), lock)


def hair_share(point: Vector, person: Person, pixel: torch.Tensor) -> torch.Tensor:
    """1 where a point of the head bears hair, 0 on the face, with a soft hairline."""
    distance = hairline_distance(point, person)
    return coverage(distance, pixel.clamp_min(0.04))


def hairline_distance(point: Vector, person: Person) -> torch.Tensor:
    """About the distance to the hairline, negative under the hair."""
    u, v, z = point
    fringe = smoothstep(-0.3, 1.0, person.fringe)
    receding = 0.10 * smoothstep(0.3, 1.0, person.age) * (1 - fringe)
    top = -0.66 - receding + 0.34 * fringe
    # An arch over the forehead, lower towards a parting on one side, wavy with a fringe.
    arch = top + 0.30 * u * u - 0.09 * (u - 0.25) * (1 - fringe)
    arch = arch + 0.03 * fringe * torch.sin(u * 15)
    over_forehead = v - arch
    # Beside the face: in front of the ears down to the sideburns, behind them down to the nape.
    grown = smoothstep(-0.75, -0.1, person.hair_length)
    behind = z - (0.30 - 0.16 * grown + 0.28 * v.clamp(-0.4, 0.3))
    nape = 0.02 + 0.9 * (1 - smoothstep(-0.35, 0.15, z)) + 1.6 * grown
    beside = torch.maximum(torch.maximum(behind, v - nape), 0.80 - u.abs())
    return torch.minimum(over_forehead, beside)


def strands(point: Vector) -> torch.Tensor:
    """A fine combed pattern in -1..1, fixed on the head."""
    u, v, z = point
    comb = 15 * torch.atan2(u - 0.18, v + 1.75) + 5 * z + 0.5 * torch.sin(5 * v)
    return 0.6 * torch.sin(comb) + 0.4 * torch.sin(comb * 2.3 + 1.0)
