"""Where the eyes look, how light skin and hair are: measured on the picture at the mesh's points.

Convention: as in `squares`; pictures [B, 3, H, H] in -1..1, points in px of the 256 px aligned
picture. Lightness is luma, 0..1; it depends on the light and the exposure of the photo too.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .squares import ALIGNED, MESH_HALF

LUMA = (0.299, 0.587, 0.114)
# Corners, upper and lower lids of each eye; in the picture from left to right, the outer corner of
# the left eye first.
EYES = (
    ((33, 133), (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    ((362, 263), (398, 384, 385, 386, 387, 388, 466), (382, 381, 380, 374, 373, 390, 249)),
)
EYE_ROWS, EYE_COLUMNS = 24, 48
EYE_HEIGHT, EYE_WIDTH = 0.6, 1.2  # half widths of the eye that are looked at, to each side
LID_SHARPNESS = 40.0  # how steeply what lies outside the lids is left out
SMALLEST_CONTRAST = 0.02
# The iris' mean place moves by this many half widths of the eye when a rendered person looks all
# the way to one side, or down.
SIDEWAYS, DOWNWARDS = 0.093, 0.03
SKIN = (50, 280, 205, 425, 151, 9, 108, 337, 101, 330)  # cheeks and forehead
HAIRLINE = (10, 338, 297, 332, 109, 67, 103)
HAIR_REACH = (1.16, 1.24, 1.32)  # of the way from the middle of the face to the hairline
MIDDLE = 168  # between the eyes
BLUR_SIDE = 64  # px of the aligned picture on which colours are read


def look_direction(
    pictures: torch.Tensor, mesh: torch.Tensor, *, grown: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the eyes look, [B] each: about -1..1 from left to right, and from up to down.

    It is where the dark of the iris lies between the corners and the lids, so shadows, lashes and
    glasses disturb it: differences between two pictures of one face mean more than its value.
    """
    found = [_iris_place(pictures, mesh[..., :2], *eye, grown) for eye in EYES]
    across, down = (sum(parts) / len(EYES) for parts in zip(*found, strict=True))
    return across / SIDEWAYS, down / DOWNWARDS  # type: ignore[operator]


def skin_and_hair(
    pictures: torch.Tensor, mesh: torch.Tensor, *, grown: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """The luma of the skin (cheeks and forehead) and just above the hairline, [B] each in 0..1.

    On bald people the second is skin, under a hat it is the hat.
    """
    side = round(BLUR_SIDE * grown)
    small = F.interpolate(_luma(pictures), (side, side), mode="bilinear", antialias=True)
    flat = mesh[..., :2]
    middle = flat[:, MIDDLE, None]
    reach = [middle + factor * (flat[:, HAIRLINE] - middle) for factor in HAIR_REACH]
    limit = MESH_HALF if grown > 1 else ALIGNED / 2
    hair = torch.cat(reach, dim=1).clamp(ALIGNED / 2 - limit + 1, ALIGNED / 2 + limit - 2)
    skin = _look_up(small, flat[:, SKIN][:, None], grown)[:, 0, 0]
    above = _look_up(small, hair[:, None], grown)[:, 0, 0]
    return skin.median(dim=1).values, above.median(dim=1).values


def _iris_place(
    pictures: torch.Tensor,
    points: torch.Tensor,
    corners: tuple[int, int],
    upper: tuple[int, ...],
    lower: tuple[int, ...],
    grown: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean place of what is dark between the lids, in half widths from their middle."""
    first, last = (points[:, index] for index in corners)
    centre, axis = (first + last) / 2, (last - first) / 2
    down = torch.stack([-axis[:, 1], axis[:, 0]], dim=1)
    rows = torch.linspace(-EYE_HEIGHT, EYE_HEIGHT, EYE_ROWS, device=points.device)
    columns = torch.linspace(-EYE_WIDTH, EYE_WIDTH, EYE_COLUMNS, device=points.device)
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    places = centre[:, None, None] + (
        x[..., None] * axis[:, None, None] + y[..., None] * down[:, None, None]
    )
    light = _look_up(_luma(pictures), places, grown)[:, 0]
    bow = 1 - x * x
    top, low = (
        _fit_lid(points[:, lid], centre, axis, down)[:, None, None] for lid in (upper, lower)
    )
    inside = torch.minimum(y - top * bow, low * bow - y)
    inside = (LID_SHARPNESS * inside).sigmoid() * (x.abs() < 1)
    area = inside.sum(dim=(1, 2)).clamp_min(1e-6)

    def mean(values: torch.Tensor) -> torch.Tensor:
        return (inside * values).sum(dim=(1, 2)) / area

    away = light - mean(light)[:, None, None]
    contrast = (mean(away.square()) + 1e-8).sqrt().clamp_min(SMALLEST_CONTRAST)
    dark = (-away / contrast[:, None, None] / 2).exp()
    total = mean(dark)
    return mean(dark * x) / total - mean(x), mean(dark * y) / total - mean(y)


def _fit_lid(
    lid: torch.Tensor, centre: torch.Tensor, axis: torch.Tensor, down: torch.Tensor
) -> torch.Tensor:
    """The height [B] of the parabola through both corners that fits a lid's points best."""
    offset = (lid - centre[:, None]) / axis.square().sum(dim=1)[:, None, None]
    x, y = ((offset * way[:, None]).sum(dim=2) for way in (axis, down))
    bow = 1 - x * x
    return (y * bow).sum(dim=1) / bow.square().sum(dim=1).clamp_min(1e-6)


def _luma(pictures: torch.Tensor) -> torch.Tensor:
    weights = pictures.new_tensor(LUMA)[:, None, None]
    return ((pictures * weights).sum(dim=1, keepdim=True) + 1) / 2


def _look_up(pictures: torch.Tensor, places: torch.Tensor, grown: float) -> torch.Tensor:
    """The pictures [B, C, H, H] at places [B, h, w, 2] in px of the aligned picture."""
    grid = (2 * places - (ALIGNED - 1)) / (ALIGNED * grown)
    return F.grid_sample(
        pictures, grid.to(pictures), padding_mode="reflection", align_corners=False
    )
