"""The two crops of a face: the paper's normal field of view, and the aligned 256 px style crop.

Convention: points are (x, y) px of the original picture, the origin at the centre of its top-left
px; pictures are [B, 3, H, W] in -1..1. Source: docs/networks.md, "Crop"
and "Aligned style crop", with the true distance between the eyes (the reference takes its
horizontal part) and low-pass filters.
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..errors import ShapeError, StyleGANEXError
from ..ranges import check_number
from ..warp import Rows, bounds, compose, mirror_places, warp
from .landmarks import Face

EYE_DISTANCE = 64.0  # px between the eyes in a crop: that of an FFHQ face at 256 px
REACH = 256  # px from the eyes to each side of the crop
MULTIPLE = 8  # px: one cell of f
STYLE_SIDE = 256  # px of the style crop
SMALLEST_EYE_DISTANCE = 1.0  # px; below it five points determine neither scale nor angle

# FFHQ's alignment: the square's half side in eye distances and in eye-to-mouth distances, how far
# its centre lies below the eyes, and how padding and its fade depend on the side.
EYES_TO_HALF, MOUTH_TO_HALF, BELOW_EYES = 2.0, 1.8, 0.1
BORDER, PADDING, BLUR = 0.1, 0.3, 0.02


def plan_crop(
    face: Face, size: tuple[int, int], *, upright: bool = False, reach: int = REACH
) -> FaceCrop:
    """Where the normal-field-of-view crop of the face lies in a picture of `size` (h, w) px.

    The eyes come to lie 64 px apart, in the middle of a crop that reaches `reach` px from them to
    each side, 512 px by default, but not beyond the picture. `upright` turns the crop with the
    head so that the eyes are level; its corners may then show what lies outside the picture.
    Without it a face that lies on its side or its head is turned by right angles only.
    """
    check_number(reach, "reach", 1)
    eye_distance = _check_eyes(face)
    scale = EYE_DISTANCE / eye_distance  # crop px per original px
    if upright:
        angle = -math.radians(face.roll)
        cosine, sine = math.cos(angle), math.sin(angle)
    else:
        cosine, sine = ((1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0))[quarter_turns(face)]
    cos, sin = scale * cosine, scale * sine
    turned = ((cos, sin, 0.0), (-sin, cos, 0.0))  # original -> scaled and turned, about (0, 0)
    (x0, y0), (x1, y1) = face.points[:2]
    left, top, right, bottom = bounds(compose(turned, ((1, 0, 0.5), (0, 1, 0.5))), size)
    eyes = _apply_linear(turned, (x0 + x1) / 2, (y0 + y1) / 2)
    columns = _span(eyes[0] - left, right - left, reach)
    rows = _span(eyes[1] - top, bottom - top, reach)
    if columns[0] >= columns[1] or rows[0] >= rows[1]:
        raise ShapeError(
            f"the eyes at ({x0:g}, {y0:g}) and ({x1:g}, {y1:g}) lie outside the picture of "
            f"{size[1]}x{size[0]} px; points are px of the original picture."
        )
    corner = (left + columns[0], top + rows[0])
    cos, sin = cosine / scale, sine / scale
    back = ((cos, -sin, -0.5), (sin, cos, -0.5))  # scaled and turned -> original
    matrix = compose(back, ((1, 0, corner[0] + 0.5), (0, 1, corner[1] + 0.5)))
    extent = (rows[1] - rows[0], columns[1] - columns[0])
    return FaceCrop(matrix=(matrix[0], matrix[1]), size=extent, original_size=size)


def quarter_turns(face: Face) -> int:
    """By how many right angles, 0 to 3, the head is about turned counter-clockwise."""
    return round(face.roll / 90) % 4


def grow_crop(crop: FaceCrop, size: tuple[int, int]) -> FaceCrop:
    """The crop extended evenly to `size` (height, width) px, beyond the picture where it must."""
    above, before = ((want - have) // 2 for want, have in zip(size, crop.size, strict=True))
    matrix = compose(crop.matrix, ((1, 0, -before), (0, 1, -above)))
    return replace(crop, matrix=(matrix[0], matrix[1]), size=size)


def plan_whole(size: tuple[int, int], *, largest: int = 2 * REACH) -> FaceCrop:
    """A crop of the whole picture of `size` (h, w), shrunk to sides of at most `largest` px."""
    shrink = max(1.0, max(size) / largest)
    extent = (max(1, round(size[0] / shrink)), max(1, round(size[1] / shrink)))
    shift = shrink / 2 - 0.5
    return FaceCrop(((shrink, 0.0, shift), (0.0, shrink, shift)), extent, size)


def cut_crop(image: torch.Tensor, crop: FaceCrop) -> torch.Tensor:
    """The crop of every picture, [B, 3, *crop.size]; beyond the picture it is mirrored."""
    check_original(image, crop)
    return warp(image, crop.matrix, crop.size)


def check_original(image: torch.Tensor, crop: FaceCrop) -> None:
    """Raises ShapeError when the picture is not of the size that the crop was planned for."""
    if image.ndim != 4 or tuple(image.shape[-2:]) != crop.original_size:
        height, width = crop.original_size
        raise ShapeError(
            f"the crop belongs to a picture of {width}x{height} px; "
            f"got {list(image.shape)}. Use the picture that it was made from."
        )


def style_matrix(face: Face) -> Rows:
    """The matrix from px of the 256 px style crop to px of the original: FFHQ's alignment."""
    _check_eyes(face)
    (lx, ly), (rx, ry), _, (mx0, my0), (mx1, my1) = face.points
    ex, ey = rx - lx, ry - ly
    middle = ((lx + rx) / 2, (ly + ry) / 2)
    mx, my = (mx0 + mx1) / 2 - middle[0], (my0 + my1) / 2 - middle[1]
    x, y = ex + my, ey - mx
    length = math.hypot(x, y)
    if not length:
        raise StyleGANEXError(
            "the five points do not form a face: the mouth lies above the eyes as if upside "
            "down; give left eye, right eye, nose, left and right mouth corner in this order."
        )
    half = max(EYES_TO_HALF * math.hypot(ex, ey), MOUTH_TO_HALF * math.hypot(mx, my))
    x, y = x / length * half, y / length * half  # half the square's upper side
    centre = (middle[0] + BELOW_EYES * mx, middle[1] + BELOW_EYES * my)
    corner = (centre[0] - x + y, centre[1] - y - x)
    step = 2 / STYLE_SIDE
    a, b = x * step, y * step  # original px per px of the crop, to the right
    # The square's corner is a position; the first px lies half a px inside.
    return (
        (a, -b, corner[0] + (a - b) / 2),
        (b, a, corner[1] + (b + a) / 2),
    )


def cut_style(image: torch.Tensor, face: Face) -> torch.Tensor:
    """The aligned face of every picture, [B, 3, 256, 256].

    Where the square leaves the picture, the picture is mirrored, blurred and faded to its median
    colour, as FFHQ's was.
    """
    image = image.float()
    matrix = style_matrix(face)
    height, width = image.shape[-2:]
    side = math.hypot(matrix[0][0], matrix[1][0]) * STYLE_SIDE
    shrink = max(1.0, side / STYLE_SIDE)
    # The part of the picture around the square, at the crop's own scale: FFHQ works on it.
    left, top, right, bottom = bounds(matrix, (STYLE_SIDE, STYLE_SIDE))
    border = max(round(BORDER * side), 3)
    reach = [border - left, border - top, right + border - width, bottom + border - height]
    if max(reach) <= border - 4:
        return warp(image, matrix, (STYLE_SIDE, STYLE_SIDE))
    x0, y0 = max(math.floor(left - border), 0), max(math.floor(top - border), 0)
    x1, y1 = min(math.ceil(right + border), width), min(math.ceil(bottom + border), height)
    if x0 >= x1 or y0 >= y1:
        raise ShapeError(
            f"the face lies outside the picture of {width}x{height} px; "
            "points are px of the original picture."
        )
    size = (max(1, round((y1 - y0) / shrink)), max(1, round((x1 - x0) / shrink)))
    to_part = ((shrink, 0.0, x0 + shrink / 2 - 0.5), (0.0, shrink, y0 + shrink / 2 - 0.5))
    part = warp(image, to_part, size)
    pads = [max(math.ceil(amount / shrink), round(PADDING * side / shrink)) for amount in reach]
    padded = _pad_and_fade(part, pads, BLUR * side / shrink)
    from_part = ((1 / shrink, 0, pads[0] + (0.5 - x0 - shrink / 2) / shrink),
                 (0, 1 / shrink, pads[1] + (0.5 - y0 - shrink / 2) / shrink))  # fmt: skip
    return warp(padded, compose(from_part, matrix), (STYLE_SIDE, STYLE_SIDE))


def _span(eyes: float, extent: float, reach: int) -> tuple[int, int]:
    """First and last px of the crop on one axis: multiples of 8 within the scaled picture."""
    first = max(round(eyes - reach), 0)
    last = min(round(eyes + reach), round(extent))
    return first // MULTIPLE * MULTIPLE, last // MULTIPLE * MULTIPLE


def _apply_linear(matrix: Rows, x: float, y: float) -> tuple[float, float]:
    return matrix[0][0] * x + matrix[0][1] * y, matrix[1][0] * x + matrix[1][1] * y


def _check_eyes(face: Face) -> float:
    if not face.eye_distance >= SMALLEST_EYE_DISTANCE:
        raise StyleGANEXError(
            f"the eyes are {face.eye_distance:g} px apart, which gives no scale; "
            "a face needs its two eyes at different places, at least 1 px apart."
        )
    return face.eye_distance


def _pad_and_fade(image: torch.Tensor, pads: list[int], blur: float) -> torch.Tensor:
    """The picture mirrored outwards by `pads` (left, top, right, bottom) px and faded there."""
    left, top, right, bottom = pads
    height, width = image.shape[-2:]
    columns = mirror_places(torch.arange(-left, width + right), width).to(image.device)
    rows = mirror_places(torch.arange(-top, height + bottom), height).to(image.device)
    image = image[..., rows, :][..., columns]
    depth = torch.maximum(
        _depth(height, top, bottom)[:, None], _depth(width, left, right)[None]
    ).to(image)
    image = image + (_blur(image, blur) - image) * (3 * depth + 1).clamp(0, 1)
    median = image.flatten(2).median(dim=2).values[..., None, None]
    return image + (median - image) * depth.clamp(0, 1)


def _depth(length: int, before: int, after: int) -> torch.Tensor:
    """How far out each px lies: 1 at the outer edge, 0 at the picture's, negative inside."""
    place = torch.arange(before + length + after, dtype=torch.float32)
    return 1 - torch.minimum(place / max(before, 1), place.flip(0) / max(after, 1))


def _blur(image: torch.Tensor, sigma: float) -> torch.Tensor:
    """The picture through a Gaussian of `sigma` px, edges mirrored."""
    radius = max(1, math.ceil(3 * sigma))
    steps = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (steps / max(sigma, 1e-3)) ** 2).to(image)
    kernel = kernel / kernel.sum()
    height, width = image.shape[-2:]
    columns = mirror_places(torch.arange(-radius, width + radius), width).to(image.device)
    rows = mirror_places(torch.arange(-radius, height + radius), height).to(image.device)
    flat = image.flatten(0, 1)[:, None]
    flat = F.conv2d(flat[..., columns], kernel[None, None, None])
    flat = F.conv2d(flat[..., rows, :], kernel[None, None, :, None])
    return flat.unflatten(0, image.shape[:2])[:, :, 0]
