"""An edit carried over from a model's drawings to the photo that they were drawn from.

A model redraws a face imperfectly, so its drawing is not put back. What the edit changes between
the drawing before it and the drawing after it is carried over to the photo, which keeps its own
detail; where the edit draws other shapes (teeth, a frame of glasses), the photo's detail would
shine through as a ghost, and the drawing shows.

Convention: pictures [B, 3, h, w] in -1..1, all of one size and place. `scale` is how many of their
px one px of a crop covers, in which the eyes are 64 px apart.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from ..errors import ShapeError

# Of the 2 from -1 to 1. A change below NOISE is taken for noise of the model and ignored; from
# CLEAR on it counts fully. Edits that change little have lower bounds, in shares of the strongest
# change.
NOISE, CLEAR = 6 / 255, 18 / 255
NOISE_SHARE, CLEAR_SHARE = 0.06, 0.18
UNSEEN = 0.5 / 255  # a quarter of an 8-bit level: no edit at all
STRONGEST = 0.995  # quantile of the change that counts as the strongest
# How much of a change may be structure (finer than FINE) before the photo's detail gives way.
STRUCTURE, REDRAWN = 40 / 255, 110 / 255
# How far apart the colours of photo and drawing may be before a change drawn there (hair where the
# photo shows backdrop) is ignored.
ALIKE, STRANGE = 0.5, 0.9
NEAR = 3.0  # px of the crop over which a change is looked at
FINE = 6.0  # px of the crop: the deviation of the Gaussian between detail and colour
# Where the unmoved drawing is nearer to the edited one: the moved one's share of both differences.
NEARER = (0.55, 0.75)
MOVED = (0.1, 0.5)  # px: up to the first nothing moves, from the second on all does
SAMPLES = 1 << 16  # px that are enough for a quantile


def transfer_edit(
    crop_photo: torch.Tensor,
    unedited: torch.Tensor,
    edited: torch.Tensor,
    *,
    motion: torch.Tensor | None = None,
    scale: float = 1.0,
    px: int | None = None,
    strongest: torch.Tensor | None = None,
) -> torch.Tensor:
    """The crop of the photo [B, 3, h, w], edited as `edited` differs from `unedited`.

    `unedited` and `edited` are a model's drawings of `crop_photo` before and after an edit. Where
    they are alike the photo comes back exactly. `motion` [B or 1, 2, h, w]: for each px of the
    result, how many px right and down of it the photo shows what belongs there; without it nothing
    is moved. `px`: how many px the crop has of which this is only a part, the one that changes;
    `strongest` [B]: what `find_strongest` says of a whole of which this is any part.

    Raises ShapeError when the pictures differ in size.
    """
    if not crop_photo.shape[-2:] == unedited.shape[-2:] == edited.shape[-2:]:
        raise ShapeError(
            "an edit is carried over between pictures of the same size; got "
            f"{list(crop_photo.shape)}, {list(unedited.shape)} and {list(edited.shape)}."
        )
    change = edited - unedited
    photo, plain = crop_photo, unedited
    if motion is not None:
        batch = max(len(crop_photo), len(unedited))
        both = [one.expand(batch, -1, -1, -1) for one in (crop_photo, unedited)]
        photo, plain = move(torch.cat(both, dim=1), motion).split(crop_photo.shape[1], dim=1)
        plain = _nearer(edited, unedited, plain, scale)
        change = edited - plain
    residue = photo - plain  # what the model does not know of the photo
    colour = blur(residue, FINE * scale)
    keep = _kept_detail(change, scale)
    redrawn = edited + colour + keep * (residue - colour)
    if strongest is None:
        strongest = find_strongest(edited - unedited, px)
    share = _clear_share(edited - unedited, scale, strongest)
    share = share * _agreement(crop_photo - unedited, scale)
    if motion is not None:
        share = torch.maximum(share, rise(_length(motion.to(share)), *MOVED))
    moved = torch.lerp(crop_photo, redrawn, share)
    return torch.where(share > 0, moved, crop_photo).clamp(-1, 1)


def _nearer(
    edited: torch.Tensor, still: torch.Tensor, moved: torch.Tensor, scale: float
) -> torch.Tensor:
    """The unedited drawing, `moved` or, where that is nearer to the edited one, `still`.

    The motion of a face reaches beyond it, where outlines of the drawing may stay: those of a jaw
    that is wider in the drawing than in the photo, which would show as a dark line beside it.
    """
    far = [
        blur((edited - one).abs().amax(dim=1, keepdim=True), NEAR * scale) for one in (still, moved)
    ]
    return torch.lerp(moved, still, rise(far[1] / (far[0] + far[1] + UNSEEN), *NEARER))


def move(picture: torch.Tensor, motion: torch.Tensor) -> torch.Tensor:
    """The picture [B, C, h, w] read `motion` [B or 1, 2, h, w] px to the right and below."""
    height, width = picture.shape[-2:]
    xs = torch.arange(width).to(motion) + motion[:, 0]
    ys = torch.arange(height).to(motion)[:, None] + motion[:, 1]
    grid = torch.stack([(2 * xs + 1) / width - 1, (2 * ys + 1) / height - 1], dim=-1)
    grid = grid.to(picture).expand(len(picture), -1, -1, -1)
    return F.grid_sample(picture, grid, "bicubic", "border", align_corners=False)


def blur(picture: torch.Tensor, sigma: float) -> torch.Tensor:
    """The picture through about a Gaussian of `sigma` px, ignoring what is beyond the edges.

    Wide ones are computed on a smaller picture: they leave nothing that it could not show.
    """
    shrink = max(1, int(sigma / 2))
    height, width = picture.shape[-2:]
    small = picture
    if shrink > 1:
        size = (max(1, height // shrink), max(1, width // shrink))
        small = F.interpolate(picture, size, mode="area")
    radius = max(1, math.ceil(2.5 * sigma / shrink))
    steps = (step * shrink / max(sigma, 1e-3) for step in range(-radius, radius + 1))
    taps = [math.exp(-0.5 * step * step) for step in steps]
    for axis in (-1, -2):
        inside = _weigh_near(small.new_ones(1, small.shape[axis]), taps, -1)[0]
        small = _weigh_near(small, taps, axis) / (inside if axis == -1 else inside[:, None])
    if shrink > 1:
        small = F.interpolate(small, (height, width), mode="bilinear")
    return small


def _weigh_near(picture: torch.Tensor, taps: list[float], axis: int) -> torch.Tensor:
    """The sum of the px around each px along an axis, by weights; zeros beyond.

    A pass per weight is two to five times as fast as a convolution of one channel.
    """
    reach, length = len(taps) // 2, picture.shape[axis]
    padded = F.pad(picture, (reach, reach) if axis == -1 else (0, 0, reach, reach))
    total = padded.narrow(axis, 0, length) * taps[0]
    for place, weight in enumerate(taps[1:], start=1):
        total.add_(padded.narrow(axis, place, length), alpha=weight)
    return total


def grow(picture: torch.Tensor, px: int) -> torch.Tensor:
    """The largest value within `px` rows and columns, ignoring px outside.

    One axis after the other: a square's pooling looks at hundreds of px for each one.
    """
    rows = F.max_pool2d(picture, (1, 2 * px + 1), 1, (0, px))
    return F.max_pool2d(rows, (2 * px + 1, 1), 1, (px, 0))


def shrink(picture: torch.Tensor, px: int) -> torch.Tensor:
    """The smallest value within `px` rows and columns, ignoring px outside."""
    return -grow(-picture, px)


def find_strongest(change: torch.Tensor, px: int | None = None) -> torch.Tensor:
    """What counts as the strongest of a change [B, 3, h, w], [B]; `px` as in `transfer_edit`."""
    flat = change.abs().amax(dim=1).flatten(1)
    quantile = STRONGEST
    if px is not None:
        quantile = max(0.0, 1 - (1 - STRONGEST) * px / flat.shape[1])
    return _quantile(flat[:, :: max(1, flat.shape[1] // SAMPLES)], quantile)


def _quantile(rows: torch.Tensor, share: float) -> torch.Tensor:
    """The quantile of each row; of a high one only what lies above is sorted, unlike in torch's."""
    place = share * (rows.shape[1] - 1)
    low = math.floor(place)
    above = rows.topk(rows.shape[1] - low, dim=1).values  # the largest first
    return torch.lerp(above[:, -1], above[:, max(-2, -above.shape[1])], place - low)


def _clear_share(change: torch.Tensor, scale: float, strongest: torch.Tensor) -> torch.Tensor:
    """How much of the change counts, [B, 1, h, w]: 0 where it is noise, 1 where it is clear."""
    amount = change.abs().amax(dim=1, keepdim=True)
    strongest = strongest[:, None, None, None]
    low = (strongest * NOISE_SHARE).clamp(UNSEEN, NOISE)
    high = (strongest * CLEAR_SHARE).clamp(2 * UNSEEN, CLEAR)
    return rise(blur(amount, NEAR * scale), low, high)


def _agreement(residue: torch.Tensor, scale: float) -> torch.Tensor:
    """How far photo and drawing show the same thing, [B, 1, h, w]: 1 alike, 0 another colour."""
    apart = blur(residue, NEAR * scale).abs().amax(dim=1, keepdim=True)
    return 1 - rise(apart, ALIKE, STRANGE)


def _kept_detail(change: torch.Tensor, scale: float) -> torch.Tensor:
    """How much of the photo's detail still belongs there, [B, 1, h, w]: 1 all of it, 0 none."""
    return 1 - rise(structure_of(change, scale), STRUCTURE, REDRAWN)


def structure_of(change: torch.Tensor, scale: float) -> torch.Tensor:
    """How much of a change is finer than `FINE`, around each px, [B, 1, h, w]."""
    structure = change - blur(change, FINE * scale)
    return blur(structure.square().sum(dim=1, keepdim=True), NEAR * scale).clamp(min=0).sqrt()


def _length(field: torch.Tensor) -> torch.Tensor:
    """How long the vectors of a field [B, 2, h, w] are; `norm` over an axis of two is slow."""
    return field.square().sum(dim=1, keepdim=True).sqrt()


def rise(
    value: torch.Tensor, low: torch.Tensor | float, high: torch.Tensor | float
) -> torch.Tensor:
    """0 up to `low`, 1 from `high` on, smooth between."""
    share = ((value - low) / (high - low)).clamp(0, 1)
    return share * share * (3 - 2 * share)
