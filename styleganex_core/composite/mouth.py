"""What shows between lips that an edit opens, and the lips themselves.

A small model draws a row of soft white there. The photo knows better: its upper teeth stay with the
upper lip while the lower one moves off them. What neither the photo nor a mesh can know is painted:
the edges of teeth that were behind closed lips, in the shadow of the upper lip, and below them the
dark of the mouth with the tongue in it. The colours follow the photo's own skin and lips, so a grey
photo stays grey. Around the opening the photo's own lips are moved, not drawn.

Source of the numbers: medians of 299 portraits whose lips are open, of people who are trained on
(`averages mouths` of the lab).

Convention: pictures [B, 3, h, w] in -1..1, points in their px. In the aligned face the eyes are 64
px apart, so that one of its px is about a millimetre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.interpolate import PchipInterpolator

from ..warp import Rows, map_points
from .transfer import rise

# Points of the mesh on the inner rims of the upper and the lower lip, the picture's left corner
# first.
LIP_RIMS = (
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
)
CHEEKS = (50, 280, 101, 330)
PLACES = 21  # at which lips are compared, from corner to corner
# Px of the aligned face.
# What lips move apart: from when on they are the photo's own, and what is between them is painted.
# Less than that the photo's own px stretch.
OPENED, PAINTED = (0.6, 1.5), (0.3, 2.0)
LIPS = (4.0, 11.0)  # how far around the opening the photo's own lips count, falling to none
LINE, AROUND = 1.5, 4.0  # how far from the opening teeth would show, and how much is looked at
RING = (1.0, 4.0)  # where the colour of lips is taken
RIM = 0.6  # how soft the edge of a lip is
OWN = (0.4, 1.4)  # how far within the photo's own opening its teeth count
PRESSED = 1.1  # how far each lip is rolled in where lips close
TEETH, TAPER = 4.0, 0.75  # what shows of teeth behind closed lips; where they end, of half a mouth
EDGE = 0.8  # how soft the edge of teeth is
TONGUE = (7.0, 1.0)  # the tongue shows from so far above the lower lip to there
GAPS = (0.0, 8.4, 14.3, 19.6, 23.8)  # between teeth, from the middle: crowns on an arch
GAP, GAP_DEPTH = 0.5, 0.16
# How much lighter the line of the lips is drawn than what is around it, of the 2 from -1 to 1:
# teeth of a mouth that does not open.
LIGHTER = (0.04, 0.15)
# Light on teeth below the upper lip, px for px, of all that they get.
SHADOW = (0.50, 0.57, 0.72, 0.87, 0.96, 1.0)
# Teeth beside skin, light of 0..1: so much of it grey, brighter, and more so where skin is dark.
GREY, BRIGHT, SKIN, DARKER = 0.45, 1.14, 0.65, 0.37
MOST, CORNER = 0.95, 0.55  # light of teeth: the most of all, and the share in the corners
# The dark of the mouth and the tongue beside lips: factors and powers of their light.
DARK, RED = (0.30, 1.6), (0.50, 1.3)


@dataclass(frozen=True)
class Lips:
    """Where a face and its lips are before and after an edit, meshes [478, 2] in px; one px of the
    aligned face covers `scale` of them. `shut`: how far the edit closes the lips that are `after`,
    0 to 1 for entirely, see `closing`."""

    before: torch.Tensor
    after: torch.Tensor
    scale: float
    shut: float = 0.0

    @property
    def farthest(self) -> float:
        """How many px a px of lips that close moves at most."""
        upper, lower = (self.after[list(rim), :2] for rim in LIP_RIMS)
        return self.shut * (float((lower - upper).norm(dim=1).max()) + PRESSED * self.scale)

    def seen_through(self, matrix: Rows) -> Lips:
        """The same in px of another picture; `matrix` maps px to px of that."""
        factor = math.hypot(matrix[0][0], matrix[1][0])
        before, after = (map_points(mesh, matrix) for mesh in (self.before, self.after))
        return Lips(before, after, self.scale * factor, self.shut)


@dataclass(frozen=True)
class Place:
    """Where px lie in a mouth, maps [h, w] in px of the aligned face: along it from its middle,
    beyond its corners, below the upper rim and above the lower one. `half` is half its width."""

    along: torch.Tensor
    beyond: torch.Tensor
    below: torch.Tensor
    above: torch.Tensor
    half: float

    @property
    def away(self) -> torch.Tensor:
        """How far they are from the opening."""
        return torch.hypot(torch.maximum(-self.below, -self.above).clamp(min=0), self.beyond)


@dataclass(frozen=True)
class Rims:
    """The inner rims of the lips: px below the line of the corners, by px along it."""

    middle: torch.Tensor
    along: torch.Tensor
    half: float
    scale: float
    upper: PchipInterpolator
    lower: PchipInterpolator

    @classmethod
    def of(cls, mesh: torch.Tensor, scale: float) -> Rims:
        mesh = mesh.float().cpu()
        left, right = mesh[LIP_RIMS[0][0]], mesh[LIP_RIMS[0][-1]]
        width = (right - left).norm().clamp(min=1e-3)
        along, middle = (right - left) / width, (left + right) / 2
        upper, lower = (_curve(mesh[list(rim)], middle, along) for rim in LIP_RIMS)
        return cls(middle, along, float(width) / 2, scale, upper, lower)

    @property
    def down(self) -> torch.Tensor:
        return torch.stack([-self.along[1], self.along[0]])

    def place(self, points: torch.Tensor) -> Place:
        """Where points [h, w, 2] lie."""
        apart = points - self.middle
        along, down = (apart @ self.along).numpy(), (apart @ self.down).numpy()
        within = along.clip(-self.half, self.half)
        beyond = np.abs(along - within)
        below, above = down - self.upper(within), self.lower(within) - down
        maps = np.stack([along, beyond, below, above]) / self.scale
        return Place(*torch.from_numpy(maps).float().unbind(), half=self.half / self.scale)

    def find(self, place: Place) -> torch.Tensor:
        """The points [h, w, 2] that lie alike: as far along, and as far below the upper rim."""
        along = place.along * self.scale
        within = along.numpy().clip(-self.half, self.half)
        down = torch.from_numpy(self.upper(within)).float() + place.below * self.scale
        return self.middle + along[..., None] * self.along + down[..., None] * self.down

    def gape(self, along: torch.Tensor) -> torch.Tensor:
        """How far apart the lips are, at places along them; px of the aligned face."""
        within = (along * self.scale).numpy().clip(-self.half, self.half)
        return torch.from_numpy(self.lower(within) - self.upper(within)).float() / self.scale

    def box(self, size: torch.Size, margin: float) -> tuple[slice, slice] | None:
        """The rows and columns of a picture of (height, width) about the lips; None for none."""
        places = np.linspace(-self.half, self.half, PLACES)
        steps = torch.from_numpy(np.stack([places] * 2 + [self.upper(places), self.lower(places)]))
        steps = steps.float().view(2, 2 * PLACES)
        points = self.middle + steps[0, :, None] * self.along + steps[1, :, None] * self.down
        low, high = (points.amin(dim=0) - margin).tolist(), (points.amax(dim=0) + margin).tolist()
        left, top = (max(0, math.floor(value)) for value in low)
        right, bottom = (min(n, math.ceil(v) + 1) for v, n in zip(high, size[::-1], strict=True))
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def open_mouth(
    drawn: torch.Tensor, photo: torch.Tensor, motion: torch.Tensor, lips: Lips
) -> torch.Tensor:
    """The edited picture [B, 3, h, w] with a natural mouth where the edit opens one.

    `photo` is the picture before the edit, whose px `motion` [1, 2, h, w] moves as `transfer_edit`
    does. Lips that do not open leave `drawn` as it is, but for teeth drawn over them.
    """
    before, after = (Rims.of(mesh, lips.scale) for mesh in (lips.before, lips.after))
    box = after.box(drawn.shape[-2:], (LIPS[1] + AROUND) * lips.scale)
    if box is None:
        return drawn
    cut = (..., *box)
    points = points_of(box)
    patch, moved = drawn[cut].float(), look_at(photo, points + motion[cut][0].movedim(0, -1).cpu())
    place = after.place(points)
    wider = after.gape(place.along).clamp(min=0) - before.gape(place.along).clamp(min=0)
    share = torch.maximum(
        rise(wider.max(), *OPENED), rise(_lighter(patch - moved, place), *LIGHTER)
    )
    if not share:
        return drawn
    near = (1 - rise(place.away, *LIPS)) * share
    inside = _soft(place.below, RIM) * _soft(place.above, RIM) * (place.beyond <= 0)
    inside = inside * rise(wider, *PAINTED)
    around = (place.away > RING[0]) & (place.away < RING[1]) & (place.beyond <= 0)
    skin = _light_at(photo, lips.before[list(CHEEKS)])
    painted = _paint(place, skin, mean_over(moved, around) / 2 + 0.5).to(patch)
    own = look_at(photo, before.find(place))
    painted = torch.lerp(painted, own, _kept(place, before).to(patch))
    lips_moved = torch.lerp(patch, moved, near.to(patch))
    result = drawn.clone()
    result[cut] = torch.lerp(lips_moved, painted, inside.to(patch)).to(drawn)
    return result


def points_of(box: tuple[slice, slice]) -> torch.Tensor:
    """The px of a box [h, w, 2], as (x, y)."""
    rows, columns = (torch.arange(float(side.start), side.stop) for side in box)
    ys, xs = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([xs, ys], dim=-1)


def _lighter(change: torch.Tensor, place: Place) -> torch.Tensor:
    """How much lighter the line of the lips is drawn than what is around them, in green or blue.

    Teeth are; redder lips are not.
    """
    most = change[:, 1:].amax(dim=1, keepdim=True)
    line, around = place.away <= LINE, place.away > LIPS[1]
    return (mean_over(most, line) - mean_over(most, around)).squeeze().cpu()


def _curve(points: torch.Tensor, middle: torch.Tensor, along: torch.Tensor) -> PchipInterpolator:
    """A rim as px below the line of the corners, by px along it."""
    apart = points - middle
    xs = (apart @ along).double().numpy()
    ys = (apart @ torch.stack([-along[1], along[0]])).double().numpy()
    order = np.argsort(xs, kind="stable")
    rising = np.maximum.accumulate(xs[order]) + 1e-4 * np.arange(len(xs))  # never twice the same
    return PchipInterpolator(rising, ys[order])


def look_at(photo: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """The photo at points [h, w, 2], its px: [B, 3, h, w]."""
    size = torch.tensor([photo.shape[-1], photo.shape[-2]])
    grid = ((2 * points + 1) / size - 1).to(photo.device)
    grid = grid[None].expand(len(photo), -1, -1, -1)
    return F.grid_sample(photo.float(), grid, "bicubic", "border", align_corners=False)


def _kept(place: Place, before: Rims) -> torch.Tensor:
    """How far each px shows the inside of the photo's own mouth, [h, w]."""
    ends = before.half / before.scale - place.along.abs()
    left = before.gape(place.along) - place.below
    return rise(torch.minimum(left, ends), *OWN)


def _paint(place: Place, skin: torch.Tensor, lips: torch.Tensor) -> torch.Tensor:
    """The inside of a mouth [3, h, w] in -1..1, from the light of skin and lips, [3] of 0..1."""
    dark, red = (factor * lips.clamp(0, 1) ** power for factor, power in (DARK, RED))
    tongue = rise(place.above, *TONGUE)
    back = torch.lerp(dark[:, None, None], red[:, None, None], tongue)
    light = skin.mean().clamp(min=0.05)
    tooth = torch.lerp(skin, light.expand(3), GREY) * BRIGHT * (SKIN / light) ** DARKER
    shade = torch.from_numpy(np.interp(place.below.numpy(), np.arange(len(SHADOW)), SHADOW)).float()
    middle = place.along.abs()
    gaps = sum(torch.exp(-0.5 * ((middle - gap) / GAP) ** 2) for gap in GAPS)
    half = max(place.half, 1.0)
    shade = shade * (1 - GAP_DEPTH * gaps) * (CORNER + (1 - CORNER) * _arch(middle / half))
    end = _arch(middle / (TAPER * half))
    row = _soft(TEETH * end - place.below, EDGE) * end
    return torch.lerp(back, tooth.clamp(max=MOST)[:, None, None] * shade, row) * 2 - 1


def _arch(way: torch.Tensor) -> torch.Tensor:
    """1 in the middle and 0 from 1 on, round between."""
    return (1 - way.square()).clamp(min=0).sqrt()


def _light_at(picture: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """The mean light of the first picture at points [N, 2], [3] of 0..1."""
    height, width = picture.shape[-2:]
    xs = points[:, 0].round().long().clamp(0, width - 1)
    ys = points[:, 1].round().long().clamp(0, height - 1)
    return picture[0].float().cpu()[:, ys, xs].mean(dim=1) / 2 + 0.5


def mean_over(picture: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
    """The mean of the first picture [1, C, h, w] where a mask [h, w] says so, [C]."""
    total = (picture[0].cpu() * where).sum(dim=(1, 2))
    return total / where.sum().clamp(min=1)


def _soft(depth: torch.Tensor, softness: float) -> torch.Tensor:
    """1 inside and 0 outside of an edge that is `softness` px wide either way."""
    return rise(depth, -softness, softness)
