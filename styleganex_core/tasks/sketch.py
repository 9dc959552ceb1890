"""Sketches for the sketch model: cleaned from drawings, or drawn from photos by an edge filter.

Convention: a sketch is [B, 1, H, W] in 0..1, dark strokes (0) on white paper (1).
"""

from __future__ import annotations

import math
from typing import Literal

import torch
import torch.nn.functional as F

from ..errors import ShapeError, StyleGANEXError

Polarity = Literal["detect", "dark on light", "light on dark"]
POLARITIES = ("detect", "dark on light", "light on dark")

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
MEAN_GREY = 239.0  # of 255: that of the sketch model's sample
BLANK = 0.04  # range of grey below which a picture holds no strokes

# Cleaning: paper is what stays when strokes are filled in; its own grain becomes white.
PAPER_SHARE = 1 / 12  # of the longer side: wider than any stroke
WHITE_POINT, BLACK_SHARE = 0.92, 0.004  # grey that counts as paper; share of px that is full ink
LEAST_GAMMA, LARGEST_GAMMA = 0.5, 2.0  # how far soft strokes may be darkened or lightened

# The edge filter: Sobel on the square root of the luminance, so that dark skin and dark rooms are
# drawn as clearly as fair ones.
DARKEST = 0.02  # luminance below which there is nothing to tell apart
SMOOTHING, SOFTNESS = 0.57, 0.33  # sigmas in line widths: of the picture, of the strokes
RIDGE, RIDGE_RANGE = 0.8, 0.35  # an edge, seen against its neighbours across: none, full from + on
STRIP = 2**21  # px that one operation looks around in at once
SURROUND = 16.0  # sigma in px: dense texture holds back its own strokes
FAINTEST = 0.004  # slope per px that is noise
PRESSURE = 0.95  # darkness of full ink
HALVINGS = 30  # of the search for the ink that gives the wanted mean


def read_sketch(
    picture: torch.Tensor, polarity: Polarity = "detect", *, clean: bool = True
) -> torch.Tensor:
    """The sketch [B, 1, H, W] in a picture [B, 3, H, W] in -1..1 of a drawing.

    `polarity` says whether strokes are darker or lighter than the paper; "detect" looks. `clean`
    evens out the paper (shadows, grain, a grey ground) to white and full strokes to black, and
    brings soft strokes closer to the mean grey of 239 that the sketch model knows.

    Raises ShapeError for other shapes, StyleGANEXError for another polarity.
    """
    _check_picture(picture)
    if polarity not in POLARITIES:
        raise StyleGANEXError(f"polarity is one of {', '.join(POLARITIES)}; got {polarity!r}.")
    grey = luminance(picture)
    sketches = []
    for sketch in grey.split(1):
        light = polarity == "light on dark" or (polarity == "detect" and _is_negative(sketch))
        sketch = 1 - sketch if light else sketch
        sketches.append(_clean(sketch) if clean else sketch)
    return torch.cat(sketches)


def sketch_photo(
    image: torch.Tensor, *, mean_grey: float = MEAN_GREY, line_width: float = 1.5
) -> torch.Tensor:
    """A line drawing [B, 1, H, W] of photos [B, 3, H, W] in -1..1.

    A Gaussian, Sobel in x and y (of either sign, so of picture and negative), thinned to lines
    and inverted; the strongest edges are inked until the mean reaches `mean_grey` of 255, so
    that a higher one leaves fewer strokes. `line_width` in px. A flat picture stays white.
    Source: pSp's recipe for its sketches (docs/networks.md, "Tasks"), with thinning in place of
    its simplification network.
    """
    _check_picture(image)
    if not (0 < mean_grey < 255 and 0.5 <= line_width <= 32):
        raise StyleGANEXError(
            f"mean_grey lies between 0 and 255 and line_width between 0.5 and 32 px; "
            f"got {mean_grey:g} and {line_width:g}."
        )
    edges = _thin_edges(luminance(image), line_width)
    return torch.cat([_ink(edge, mean_grey / 255) for edge in edges.split(1)])


def show_sketch(sketch: torch.Tensor) -> torch.Tensor:
    """A sketch [B, 1, H, W] in 0..1 as a picture [B, 3, H, W] in -1..1."""
    return (sketch * 2 - 1).expand(-1, 3, -1, -1)


def luminance(picture: torch.Tensor) -> torch.Tensor:
    """The grey [B, 1, H, W] in 0..1 of a picture [B, 3, H, W] in -1..1."""
    weights = picture.new_tensor(LUMA)[:, None, None]
    grey = ((picture.clamp(-1, 1) + 1) / 2 * weights).sum(dim=1, keepdim=True)
    return grey.to(torch.promote_types(grey.dtype, torch.float32))


def is_blank(sketch: torch.Tensor) -> bool:
    """Whether the sketch holds no strokes."""
    return bool(sketch.amax() - sketch.amin() < BLANK)


def _check_picture(picture: torch.Tensor) -> None:
    if picture.ndim != 4 or picture.shape[1] != 3 or 0 in picture.shape:
        raise ShapeError(f"a picture needs the shape [B, 3, H, W]; got {list(picture.shape)}.")


def _is_negative(sketch: torch.Tensor) -> bool:
    """Whether strokes, which cover less than the paper, are lighter than it."""
    median, mean = float(sketch.median()), float(sketch.mean())
    if abs(mean - median) < BLANK / 4:
        return median < 0.5
    return mean > median


def _clean(sketch: torch.Tensor) -> torch.Tensor:
    """Paper to 1, full ink to 0, [1, 1, H, W]."""
    if is_blank(sketch):
        return torch.ones_like(sketch)
    sketch = sketch / _paper(sketch).clamp_min(BLANK)
    sketch = sketch.clamp(max=1)
    black = _quantile(sketch, BLACK_SHARE)
    sketch = ((sketch - black) / max(WHITE_POINT - black, BLANK)).clamp(0, 1)
    # Bisection in the exponent: a larger one darkens soft strokes.
    low, high = math.log(LEAST_GAMMA), math.log(LARGEST_GAMMA)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if float((sketch ** math.exp(middle)).mean()) * 255 > MEAN_GREY:
            low = middle
        else:
            high = middle
    return sketch ** math.exp((low + high) / 2)


def _paper(sketch: torch.Tensor) -> torch.Tensor:
    """How bright the paper is at each px: a closing wider than strokes, then smoothed."""
    height, width = sketch.shape[-2:]
    reach = max(1, round(max(height, width) * PAPER_SHARE / 2))
    smaller = max(1, reach // 4)  # the paper changes slowly: look at it coarsely
    coarse = F.max_pool2d(sketch, smaller, ceil_mode=True)
    radius = max(1, round(reach / smaller))
    window = 2 * radius + 1
    closed = F.max_pool2d(coarse, window, 1, radius)
    closed = -F.max_pool2d(-closed, window, 1, radius)
    return F.interpolate(
        _blur(closed, radius / 2), (height, width), mode="bilinear", align_corners=False
    )


def _quantile(values: torch.Tensor, share: float) -> float:
    count = values.numel()
    return float(values.flatten().kthvalue(min(count, max(1, round(share * count)))).values)


def _thin_edges(grey: torch.Tensor, line_width: float) -> torch.Tensor:
    """How strong an edge passes through each px, along thin lines, [B, 1, H, W]."""
    tone = _blur((grey + DARKEST).sqrt(), SMOOTHING * line_width)
    across, along = (-0.5, 0.0, 0.5), (0.25, 0.5, 0.25)  # Sobel's, per px
    dx, dy = _filter(tone, across, along), _filter(tone, along, across)
    slope = torch.hypot(dx, dy)
    x, y = dx / slope.clamp_min(1e-6), dy / slope.clamp_min(1e-6)
    beside = torch.maximum(_shifted(slope, x, y), _shifted(slope, -x, -y))
    ridge = ((slope / beside.clamp_min(1e-6) - RIDGE) / RIDGE_RANGE).clamp(0, 1)
    lines = _blur((slope - FAINTEST).clamp_min(0) * ridge, SOFTNESS * line_width)
    mean = slope.mean(dim=(1, 2, 3), keepdim=True)
    return lines / (_blur(slope, SURROUND) + 2 * mean).clamp_min(1e-6)


def _ink(edges: torch.Tensor, wanted: float) -> torch.Tensor:
    """The sketch [1, 1, H, W] that inks the strongest edges until its mean is `wanted`."""
    low, high = 1e-4, max(float(edges.amax()), 2e-4)

    def draw(faintest: float) -> torch.Tensor:
        ink = ((edges - faintest) / (1.2 * faintest)).clamp(0, 1)
        return 1 - PRESSURE * ink * ink * (3 - 2 * ink)  # smoothstep

    for _ in range(HALVINGS):
        middle = math.sqrt(low * high)
        if float(draw(middle).mean()) < wanted:
            low = middle
        else:
            high = middle
    return draw(high)


def _shifted(plane: torch.Tensor, dx: torch.Tensor, dy: torch.Tensor) -> torch.Tensor:
    """The plane's values at px moved by (dx, dy), bilinear, edges repeated; all [B, 1, H, W]."""
    height, width = plane.shape[-2:]
    xs = torch.arange(width, device=plane.device) + dx[:, 0]
    ys = torch.arange(height, device=plane.device)[:, None] + dy[:, 0]
    grid = torch.stack([(2 * xs + 1) / width - 1, (2 * ys + 1) / height - 1], dim=-1)
    parts = [
        F.grid_sample(plane, grid[:, rows], padding_mode="border", align_corners=False)
        for rows in _strips(height, width)
    ]
    return torch.cat(parts, dim=-2)


def _blur(plane: torch.Tensor, sigma: float) -> torch.Tensor:
    """[B, 1, H, W] through a Gaussian of `sigma` px, edges repeated."""
    radius = max(1, math.ceil(2.5 * sigma))
    steps = torch.arange(-radius, radius + 1)
    weights = torch.exp(-0.5 * (steps / max(sigma, 1e-3)) ** 2)
    taps = tuple((weights / weights.sum()).tolist())
    return _filter(plane, taps, taps)


def _filter(
    plane: torch.Tensor, across: tuple[float, ...], down: tuple[float, ...]
) -> torch.Tensor:
    """[B, 1, H, W] correlated with `across` in x and `down` in y, edges repeated."""
    right, below = len(across) // 2, len(down) // 2
    padded = F.pad(plane, (right, right, below, below), mode="replicate")
    first, then = plane.new_tensor(across)[None, None, None], plane.new_tensor(down)[:, None]
    parts = []
    for rows in _strips(*plane.shape[-2:]):
        part = F.conv2d(padded[..., rows.start : rows.stop + 2 * below, :], first)
        parts.append(F.conv2d(part, then[None, None]))
    return torch.cat(parts, dim=-2)


def _strips(height: int, width: int) -> list[slice]:
    """Rows that one operation takes at once, so that a cancel acts soon in large pictures too."""
    count = max(1, STRIP // width)
    return [slice(top, min(top + count, height)) for top in range(0, height, count)]
