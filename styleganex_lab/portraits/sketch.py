"""Line drawings of pictures: contours from the label map, strokes where the shading is dark.

Convention: a sketch is [B, 1, H, W] in 0..1, black lines on white paper, as the sketch encoder of
the paper takes it (its sample has a mean grey of 239 of 255).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from styleganex_core.errors import ShapeError

from .canvas import BACKGROUND, NOSE, SKIN
from .geometry import smoothstep

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
DARKEST = 0.08  # luminance that counts as black; below it there is nothing to tell apart
SURROUND = 1.6  # the wider Gaussian's sigma per the narrower one's: Marr and Hildreth's ratio
FINE, BROAD = 0.5, 1.4  # sigmas of the drawn details in stroke widths: lashes, folds
PALE, DARK = 0.036, 0.17  # how much darker (log2) than its surround a px is for first, full ink
OUTER, INNER = 0.12, 0.60  # share of other labels around a px where a contour starts, is full
PRESSURE = 0.90  # the darkness of full ink
HALO = 2.5  # stroke widths around people within which everything is drawn
ASIDE = 0.12  # share of the ink that a backdrop beyond gets


def draw_sketch(
    image: torch.Tensor, labels: torch.Tensor | None = None, *, line_width: float = 1.5
) -> torch.Tensor:
    """The sketch [B, 1, H, W] (0..1, white paper 1) of pictures [B, 3, H, W] in -1..1.

    `labels` [B, H, W]: their CelebAMask-HQ classes, whose borders are drawn as contours; without
    them only the shading is drawn, which also serves photos. `line_width`: px of a stroke. Raises
    ShapeError when pictures and labels do not fit.
    """
    if image.ndim != 4 or image.shape[1] != 3:
        raise ShapeError(f"a sketch is drawn from [B, 3, H, W]; got {list(image.shape)}.")
    ink = _shading_strokes(image, line_width)
    if labels is not None:
        if labels.shape != (image.shape[0], *image.shape[2:]):
            raise ShapeError(
                f"labels must be {[image.shape[0], *image.shape[2:]]} like the pictures; "
                f"got {list(labels.shape)}."
            )
        ink = ink * _attention(labels, line_width).to(ink)
        ink = torch.maximum(ink, _contours(labels, line_width).to(ink))
    return (1 - PRESSURE * ink)[:, None]


def _shading_strokes(image: torch.Tensor, line_width: float) -> torch.Tensor:
    """Ink [B, H, W] where the picture is darker than its surroundings: a pen's line.

    A difference of Gaussians inks lids, nostrils, wrinkles and strands themselves, where a
    gradient would draw both of their edges; of the logarithm, so that dark skin is drawn as
    clearly as fair.
    """
    red, green, blue = (image * 0.5 + 0.5).clamp(0, 1).unbind(1)
    luma = red * LUMA[0] + green * LUMA[1] + blue * LUMA[2]
    tone = (luma + DARKEST).log2()
    fine, broad = (
        _blur(tone, sigma * line_width * SURROUND) - _blur(tone, sigma * line_width)
        for sigma in (FINE, BROAD)
    )
    return smoothstep(PALE, DARK, torch.maximum(fine, broad))


def _attention(labels: torch.Tensor, line_width: float) -> torch.Tensor:
    """1 on people and close to them, little elsewhere, [B, H, W]: a sketch leaves rooms out."""
    near = max(1, round(HALO * line_width / 2))
    people = (labels != BACKGROUND).float()[:, None]
    grown = F.max_pool2d(people, 2 * near + 1, stride=1, padding=near)
    return ASIDE + (1 - ASIDE) * F.avg_pool2d(
        grown, 2 * near + 1, stride=1, padding=near, count_include_pad=False
    )[:, 0].mul(2).clamp_max(1)


def _contours(labels: torch.Tensor, line_width: float) -> torch.Tensor:
    """Ink [B, H, W] along the borders of the label map, smooth in the distance from them.

    The share of a px's Gaussian neighbourhood that bears another label falls off evenly on both
    sides of a border, which antialiases the line whatever two labels meet. The nose has no border
    in a drawing: its shading shows it.
    """
    weights, radius = _gaussian(0.5 * line_width, reach=1.4)
    height, width = labels.shape[1:]
    plain = labels.masked_fill(labels == NOSE, SKIN)
    # Float because replicate padding takes no integers.
    padded = F.pad(plain[:, None].float(), [radius] * 4, mode="replicate")[:, 0].to(torch.uint8)
    share = torch.zeros(labels.shape, device=labels.device)
    for down, weight in enumerate(weights):
        for right, other in enumerate(weights):
            there = padded[:, down : down + height, right : right + width]
            share += (there != plain) * (weight * other)
    return smoothstep(OUTER, INNER, 2 * share)


def _blur(plane: torch.Tensor, sigma: float) -> torch.Tensor:
    """[B, H, W] through a Gaussian of `sigma` px, edges repeated.

    Sums of shifted planes: on a CPU several times as fast as a convolution of one channel.
    """
    weights, radius = _gaussian(sigma, reach=2.5)
    height, width = plane.shape[1:]
    padded = F.pad(plane[:, None], [radius] * 4, mode="replicate")[:, 0]
    across = torch.zeros_like(padded[:, :, :width])
    for shift, weight in enumerate(weights):
        across.add_(padded[:, :, shift : shift + width], alpha=weight)
    total = torch.zeros_like(plane)
    for shift, weight in enumerate(weights):
        total.add_(across[:, shift : shift + height], alpha=weight)
    return total


def _gaussian(sigma: float, reach: float) -> tuple[list[float], int]:
    """Weights of sum 1 of the px within `reach` sigmas, and how many lie on each side."""
    radius = max(1, round(reach * sigma))
    weights = [math.exp(-0.5 * (step / sigma) ** 2) for step in range(-radius, radius + 1)]
    return [weight / sum(weights) for weight in weights], radius
