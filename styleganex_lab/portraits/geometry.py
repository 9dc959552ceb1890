"""Orthographic rays, ellipsoids and their smooth unions.

Convention: x to the right, y down, z towards the viewer; the unit is half the width of a head. A
plane is a [B, H, W] tensor, a number per person is [B, 1, 1], a vector is a tuple of three of
either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

Vector = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
Numbers = tuple[torch.Tensor | float, torch.Tensor | float, torch.Tensor | float]


@dataclass(frozen=True)
class Units:
    """A person's units on the picture: planes `x` and `y`, and per person [B, 1, 1] the units per
    px and the roll in radians, counter-clockwise.
    """

    x: torch.Tensor
    y: torch.Tensor
    pixel: torch.Tensor
    roll: torch.Tensor

    @classmethod
    def from_placement(
        cls, x: torch.Tensor, y: torch.Tensor, pixel: torch.Tensor, roll: torch.Tensor,
        size: tuple[int, int],
    ) -> Units:  # fmt: skip
        """The units of people whose origin lies at the px (x, y) of a picture (height, width)."""
        rows = torch.arange(size[0], device=x.device)[:, None] - y
        columns = torch.arange(size[1], device=x.device) - x
        return cls(
            (columns * roll.cos() - rows * roll.sin()) * pixel,
            (columns * roll.sin() + rows * roll.cos()) * pixel,
            pixel,
            roll,
        )

    def to_pixels(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """How many px to the right and down a step of (x, y) units leads."""
        x, y = x / self.pixel, y / self.pixel
        cos, sin = self.roll.cos(), self.roll.sin()
        return x * cos + y * sin, y * cos - x * sin


@dataclass(frozen=True)
class Rotation:
    """Head to view: pitch about the head's own x axis, then yaw about the upright axis.

    In this order turning the head keeps the line through the eyes level, as in an aligned portrait.
    """

    rows: tuple[Vector, Vector, Vector]

    @classmethod
    def from_angles(cls, yaw: torch.Tensor, pitch: torch.Tensor) -> Rotation:
        """The rotation by `yaw` (to the right) and `pitch` (upwards), [B, 1, 1] in radians."""
        cos_yaw, sin_yaw, cos_pitch, sin_pitch = yaw.cos(), yaw.sin(), pitch.cos(), pitch.sin()
        zero = torch.zeros_like(yaw)
        return cls((
            (cos_yaw, sin_yaw * sin_pitch, sin_yaw * cos_pitch),
            (zero, cos_pitch, -sin_pitch),
            (-sin_yaw, cos_yaw * sin_pitch, cos_yaw * cos_pitch),
        ))  # fmt: skip

    def to_view(self, vector: Numbers) -> Vector:
        """A vector of the head's frame in the viewer's."""
        return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in self.rows)  # type: ignore

    def from_view(self, vector: Vector) -> Vector:
        """A vector of the viewer's frame in the head's."""
        columns = zip(*self.rows, strict=True)
        return tuple(sum(a * b for a, b in zip(c, vector, strict=True)) for c in columns)  # type: ignore

    def cast(self, x: torch.Tensor, y: torch.Tensor) -> Rays:
        """The rays of the view points (x, y), in the head's frame."""
        first, second, third = self.rows
        origin = tuple(a * x + b * y for a, b in zip(first, second, strict=True))
        return Rays(origin, third)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Rays:
    """Parallel rays towards the viewer: `origin` planes and one unit `direction` per person."""

    origin: Vector
    direction: Vector

    def at(self, depth: torch.Tensor) -> Vector:
        """The points at a signed distance along the rays."""
        return tuple(o + depth * d for o, d in zip(self.origin, self.direction, strict=True))  # type: ignore


@dataclass(frozen=True)
class Ellipsoid:
    """An axis-aligned ellipsoid in the frame of the rays."""

    centre: Numbers
    radii: Numbers


@dataclass(frozen=True)
class Surface:
    """The nearest surface along each ray.

    `distance`: signed distance to the silhouette in the picture, negative inside. `depth`: along
    the ray. `normal`: unit vectors in the frame of the rays.
    """

    distance: torch.Tensor
    depth: torch.Tensor
    normal: Vector


def _dot(a: Sequence[torch.Tensor | float], b: Sequence[torch.Tensor | float]) -> torch.Tensor:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]  # type: ignore[return-value]


def _unit(vector: Vector) -> Vector:
    scale = _dot(vector, vector).clamp_min(1e-8).rsqrt()
    return (vector[0] * scale, vector[1] * scale, vector[2] * scale)


def cast_ellipsoid(rays: Rays, ellipsoid: Ellipsoid) -> Surface:
    """The surface of one ellipsoid; beyond its edge the depth falls on, so unions stay smooth."""
    offset = tuple(o - c for o, c in zip(rays.origin, ellipsoid.centre, strict=True))
    flat = tuple(e / r for e, r in zip(offset, ellipsoid.radii, strict=True))
    slope = tuple(d / r for d, r in zip(rays.direction, ellipsoid.radii, strict=True))
    steep = _dot(slope, slope)
    along = _dot(flat, slope) / steep
    reach = (_dot(flat, flat) - along * along * steep).clamp_min(1e-6)  # 1 on the silhouette
    rest = 1 - reach
    depth = rest.abs().div(steep).sqrt().copysign(rest) - along
    side = _dot(offset, rays.direction)
    radius = (_dot(offset, offset) - side * side).clamp_min(1e-8).sqrt()
    normal = tuple(
        (f + depth * s) / r for f, s, r in zip(flat, slope, ellipsoid.radii, strict=True)
    )
    return Surface(radius - radius * reach.rsqrt(), depth, _unit(normal))  # type: ignore[arg-type]


def unite_ellipsoids(rays: Rays, ellipsoids: list[Ellipsoid], softness: list[float]) -> Surface:
    """The union of ellipsoids; `softness`: units over which each one joins those before."""
    first, *others = ellipsoids
    union = cast_ellipsoid(rays, first)
    distance, depth, normal = union.distance, union.depth, union.normal
    for ellipsoid, width in zip(others, softness, strict=True):
        new = cast_ellipsoid(rays, ellipsoid)
        share = ((new.depth - depth) / (2 * width) + 0.5).clamp_(0, 1)
        swell = share * (1 - share) * width
        depth = torch.lerp(depth, new.depth, share) + swell
        normal = tuple(torch.lerp(a, b, share) for a, b in zip(normal, new.normal, strict=True))
        distance = smooth_minimum(distance, new.distance, width)
    return Surface(distance, depth, _unit(normal))  # type: ignore[arg-type]


def smooth_minimum(a: torch.Tensor, b: torch.Tensor, width: float) -> torch.Tensor:
    """The minimum of two distances, rounded over `width` where they meet (Quilez)."""
    share = ((b - a) / (2 * width) + 0.5).clamp_(0, 1)
    return torch.lerp(b, a, share) - share * (1 - share) * width


def coverage(distance: torch.Tensor, softness: torch.Tensor | float) -> torch.Tensor:
    """How much of a pixel lies inside: 1 below zero, 0 above, a ramp of width `softness`."""
    return (0.5 - distance / softness).clamp_(0, 1)


def smoothstep(low: float, high: float, value: torch.Tensor) -> torch.Tensor:
    """0 below `low`, 1 above `high`, a smooth step between."""
    share = ((value - low) / (high - low)).clamp(0, 1)
    return share * share * (3 - 2 * share)
