"""Hats, earrings and necklaces: what people may wear beside the attributes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch

from styleganex_core.errors import ShapeError

from .attributes import Person
from .body import neck_distance
from .canvas import EARRING, HAT, NECKLACE, Canvas
from .geometry import Ellipsoid, Rays, Rotation, Vector, cast_ellipsoid, coverage, smoothstep
from .hair import cap_ellipsoid
from .palette import blend_colours
from .styles import Style, shade

HAT_COLOURS = (
    (0.13, 0.14, 0.20), (0.48, 0.13, 0.15), (0.20, 0.33, 0.27), (0.76, 0.62, 0.40),
    (0.90, 0.88, 0.82),
)  # fmt: skip
METALS = ((0.86, 0.64, 0.26), (0.93, 0.90, 0.86), (0.30, 0.55, 0.72))
EDGE_Y = -0.50  # where a hat ends on the forehead
BAND = 0.20  # height of a hat's band
EAR_X, EAR_Y, EAR_Z = 0.99, 0.40, -0.10  # an ear's lobe in the head's frame
BEADS = 22.0  # per unit along a necklace


@dataclass(frozen=True)
class Extras:
    """What a batch of people wears, each a [B, 1, 1] tensor in -1..1."""

    hat: torch.Tensor  # none below 0; up to 0.5 a knitted cap, above a hat with a brim
    hat_colour: torch.Tensor
    earrings: torch.Tensor  # none below 0; the more, the larger
    necklace: torch.Tensor  # none below 0; the more, the longer
    metal: torch.Tensor  # -1: gold, 0: silver or pearl, 1: blue stone


EXTRAS: tuple[str, ...] = tuple(field.name for field in fields(Extras))


def describe_extras(extras: torch.Tensor) -> Extras:
    """The `Extras` of vectors [B, E], in the order of `EXTRAS`."""
    if extras.ndim != 2 or extras.shape[1] != len(EXTRAS):
        raise ShapeError(
            f"extras must be [B, {len(EXTRAS)}] (see EXTRAS); got {list(extras.shape)}."
        )
    return Extras(*extras.float().clamp(-1, 1)[:, :, None, None].unbind(1))


def paint_necklace(
    canvas: Canvas, extras: Extras, point: tuple[torch.Tensor, torch.Tensor], pixel: torch.Tensor
) -> None:
    """Beads on a curve around the neck, `point` (x, y) in the body's frame, and a pendant."""
    worn = (extras.necklace > 0).float()
    length = 0.20 + 0.28 * extras.necklace.clamp_min(0)
    x, y = point
    curve = 1.30 + length * (1 - (x / 0.56) ** 2)
    steep = (1 + (2 * length * x / 0.56**2) ** 2).sqrt()
    off = (y - curve) / steep
    bead = 0.020 + 0.016 * torch.cos(BEADS * torch.pi * x * steep).abs()
    behind = torch.maximum(x.abs() - 0.56, neck_distance(x, y + 0.05))  # it runs around the neck
    string = torch.maximum(off.abs() - bead, behind)
    low = 1.30 + length + 0.05
    pendant = (x * x + (y - low) ** 2 + 1e-8).sqrt() - 0.052
    distance = torch.minimum(string, pendant)
    metal = blend_colours(extras.metal, METALS)
    light = 0.75 + 0.5 * coverage(off + 0.25 * bead, 0.03)
    canvas.paint(coverage(distance + 0.03, 0.10) * worn * 0.25, metal * 0.1)
    canvas.paint(coverage(distance, pixel) * worn, (metal * light[:, None]).clamp(0, 1), NECKLACE)


def paint_earrings(
    canvas: Canvas, extras: Extras, person: Person, view: tuple[torch.Tensor, torch.Tensor],
    depth: torch.Tensor, rotation: Rotation, pixel: torch.Tensor,
) -> None:  # fmt: skip
    """A stud on each ear and, when large, a ring or drop below it, where the head does not hide it.

    `view` (x, y): the planes from the head's origin; `depth` of the head along the rays.
    """
    size = extras.earrings.clamp_min(0)
    worn = (extras.earrings > 0).float()
    radius = 0.035 + 0.085 * size
    width = 1 + 0.08 * person.face_width
    metal = blend_colours(extras.metal, METALS)
    for side in (-1.0, 1.0):
        lobe = rotation.to_view((side * EAR_X * width, EAR_Y, EAR_Z))
        x, y = view[0] - lobe[0], view[1] - lobe[1]
        stud = (x * x + (y + 0.04) ** 2 + 1e-8).sqrt() - 0.036
        ring = (((x * x + (y - radius) ** 2 + 1e-8).sqrt() - radius).abs()) - 0.018
        drop = (x * x + (0.75 * (y - radius - 0.02)) ** 2 + 1e-8).sqrt() - 0.6 * radius
        hanging = torch.where(extras.metal > -0.3, drop, ring)
        distance = torch.where(size > 0.25, torch.minimum(stud, hanging), stud)
        # The head's depth falls on beyond its edge, so a ring beside it is always seen.
        seen = smoothstep(-0.25, -0.05, lobe[2] - depth)
        glint = 0.80 + 0.6 * coverage((x * x + y * y).sqrt() - 0.4 * radius, 0.03)
        colour = (metal * glint[:, None]).clamp(0, 1)
        canvas.paint(coverage(distance, pixel) * seen * worn, colour, EARRING)


def paint_hat(
    canvas: Canvas, extras: Extras, person: Person, rays: Rays, depth: torch.Tensor,
    light: Vector, style: Style, pixel: torch.Tensor,
) -> torch.Tensor:  # fmt: skip
    """Paint a knitted cap or a hat with a brim; the signed distance [B, H, W] to its edge.

    `depth`: of head and hair along the rays, which hide the far half of a brim.
    """
    worn = extras.hat > 0
    brimmed = (extras.hat > 0.5).float()
    colour = blend_colours(extras.hat_colour, HAT_COLOURS)
    hair = cap_ellipsoid(person)
    x, y, z = hair.centre
    width, height, back = hair.radii
    dome = Ellipsoid(
        (x, y - 0.05 - 0.10 * brimmed, z),
        (width + 0.055, height + 0.05 + 0.03 * brimmed, back + 0.06),
    )
    crown = cast_ellipsoid(rays, dome)
    u, v, w = rays.at(crown.depth)
    # The edge lies higher in front than at the nape.
    edge = EDGE_Y + 0.30 * smoothstep(0.2, -0.9, w) - 0.06 * brimmed
    distance = torch.maximum(crown.distance, v - edge)
    turn = torch.atan2(u, w)
    ribs = 1 + 0.10 * (1 - brimmed) * style.texture * torch.sin(46 * turn)
    band = coverage((v - edge + BAND / 2).abs() - BAND / 2, pixel)
    fold = 1 + band * (0.10 * (1 - brimmed) - 0.55 * brimmed)
    seam = 1 - 0.35 * coverage((v - edge + BAND).abs() - 0.012, pixel.clamp_min(0.02))
    tone = shade(crown.normal, light, style) * ribs * fold * seam
    hidden = torch.where(worn, 0.0, 8.0)
    canvas.paint(coverage(distance + hidden, pixel), (colour * tone[:, None]).clamp(0, 1), HAT)

    flat = Ellipsoid((0.0, EDGE_Y - 0.04, -0.18), (1.62, 0.075, 1.55))
    brim = cast_ellipsoid(rays, flat)
    nearer = torch.maximum(depth - brim.depth, crown.depth - brim.depth - 0.02)
    plate = torch.maximum(brim.distance, nearer) + torch.where(extras.hat > 0.5, 0.0, 8.0)
    tone = shade(brim.normal, light, style) * (0.9 + 0.1 * torch.sin(40 * brim.depth))
    canvas.paint(coverage(plate, pixel), (colour * tone[:, None]).clamp(0, 1), HAT)
    return torch.minimum(distance + hidden, plate)
