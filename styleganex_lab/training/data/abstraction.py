"""Photos as a toon or in ink, for domains that learn what real people look like in them.

Nobody has drawn these people. Flat colours in steps of tone, and dark lines where the tone dips,
keep what makes a face recognisable. Source: Winnemöller et al. 2006 (smoothing that stops at edges,
steps of tone) and 2012 (differences of Gaussians as lines).

Convention: pictures are [B, 3, H, W] in 0..1 here, and -1..1 in `draw_photos`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from styleganex_core.composite.transfer import blur

from ...portraits.geometry import smoothstep
from ...portraits.ink import EDGE, INK, LUMA, PAPER

# Smoothing: px around each, standard deviations in px and in colour, and how often it is done.
REACH, NEAR, ALIKE, TIMES = 3, 2.5, 0.11, 3
# Lines: standard deviation in px of the narrower Gaussian, how much wider the other is, the dip of
# the tone, as a share, that is no line yet, and how soon a deeper one is black.
LINE, WIDER, FAINTEST, BLACKNESS, DARK = 1.3, 1.6, 0.016, 55.0, 0.05
TONES, STEEPNESS, VIVID = 5, 10.0, 1.2  # steps of tone, how steep they are; colours' gain
OUTLINE, LINES_COVER = (0.09, 0.05, 0.07), 0.92  # the toon's lines: colour, and how much they hide
# Ink: shares of tone that become black and paper, and (tone below which it lies, density) of each
# wash; photos have less light and shade than renders, whose washes lie lower.
DARKEST, LIGHTEST, LEAST_RANGE = 0.03, 0.97, 0.2
WASHES = ((0.72, 0.20), (0.50, 0.30), (0.27, 0.42))


@torch.no_grad()
def draw_photos(style: str, photos: torch.Tensor) -> torch.Tensor:
    """Photos [B, 3, H, W] in -1..1 drawn as "toon" or "ink". Raises KeyError for other styles."""
    return STYLES[style]((photos.clamp(-1, 1) + 1) / 2) * 2 - 1


def _draw_toon(photos: torch.Tensor) -> torch.Tensor:
    once = _smooth(photos)
    flat = _smooth(once, TIMES)
    tone = _tone(flat)
    step = 1 / TONES
    middle = (tone / step).floor() * step + step / 2
    rise = torch.tanh(STEEPNESS * (tone - middle)) / (2 * math.tanh(STEEPNESS * step / 2))
    flat = flat * ((middle + step * rise) / tone.clamp_min(0.02)).clamp(0.5, 2)
    tone = _tone(flat)
    colours = (tone + VIVID * (flat - tone)).clamp(0, 1)
    outline = photos.new_tensor(OUTLINE)[:, None, None]
    return torch.lerp(colours, outline.expand_as(colours), LINES_COVER * _find_lines(_tone(once)))


def _draw_ink(photos: torch.Tensor) -> torch.Tensor:
    once = _smooth(photos)
    tone = _tone(_smooth(once, TIMES))
    ends = torch.quantile(tone.flatten(1), tone.new_tensor([DARKEST, LIGHTEST]), dim=1)
    dark, light = ends[..., None, None, None]
    tone = ((tone - dark) / (light - dark).clamp_min(LEAST_RANGE)).clamp(0, 1)
    washes = [
        density * smoothstep(-1.0, 1.0, (threshold - tone) / EDGE) for threshold, density in WASHES
    ]
    density = torch.maximum(torch.stack(washes).sum(dim=0), 0.9 * _find_lines(_tone(once)))
    paper, ink = (photos.new_tensor(colour)[:, None, None] for colour in (PAPER, INK))
    return torch.lerp(paper.expand_as(photos), ink, density)


STYLES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {"toon": _draw_toon, "ink": _draw_ink}


def _tone(picture: torch.Tensor) -> torch.Tensor:
    return (picture * picture.new_tensor(LUMA)[:, None, None]).sum(dim=1, keepdim=True)


def _smooth(picture: torch.Tensor, times: int = 1) -> torch.Tensor:
    """The mean of the px around each that are alike: a bilateral filter."""
    height, width = picture.shape[-2:]
    for _ in range(times):
        around = F.pad(picture, (REACH,) * 4, mode="replicate")
        total, weights = torch.zeros_like(picture), torch.zeros_like(picture[:, :1])
        for down, right in itertools.product(range(-REACH, REACH + 1), repeat=2):
            moved = around[..., REACH + down :, REACH + right :][..., :height, :width]
            far = (down**2 + right**2) / NEAR**2
            other = (moved - picture).square().sum(dim=1, keepdim=True) / ALIKE**2
            weight = torch.exp(-(other + far) / 2)
            total, weights = total + weight * moved, weights + weight
        picture = total / weights
    return picture


def _find_lines(tone: torch.Tensor) -> torch.Tensor:
    """Where a pen would draw, [B, 1, H, W] in 0..1: where the tone dips below what is around it."""
    narrow, wide = blur(tone, LINE), blur(tone, WIDER * LINE)
    dip = (wide - narrow) / (wide + DARK)
    return torch.tanh(BLACKNESS * (dip - FAINTEST).clamp_min(0))
