"""Pictures with label maps that the parser learns from: portraits of real people, and renders.

Convention: pictures are uint8 [3, H, W], maps uint8 [H, W] as in `label_photos`. A batch is two
tensors: pictures [B, 3, 256, 256] in -1..1 and maps [B, 256, 256].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from styleganex_core.errors import StyleGANEXError, echo
from styleganex_core.networks.bisenet import CLASSES as CLASSES

from ..portraits import render_scenes, sample_scenes
from ..portraits.people import from_levels, to_levels
from ..training.data.aligned import read_index, read_portrait
from ..training.data.degrade import degrade_lightly
from .label_photos import IF_BARE, UNKNOWN

SIDE = 256  # px of what the parser learns from
PAIRS = ((2, 3), (4, 5), (7, 8))  # classes that change places in a mirror
STYLES = {"photo": 0.85, "toon": 0.06, "painting": 0.05, "ink": 0.04}  # shares of the renders

SMALLEST, LARGEST = 0.6, 1.7  # how much a picture is enlarged
TURN = 14.0  # degrees, the standard deviation
SHIFT = 0.12  # of the picture's side, the standard deviation
GAIN, GAMMA, TINT = (0.6, 1.25), (0.7, 1.4), 0.12  # of brightness, contrast and colour
GREY = 0.05  # chance of a picture without colours
COARSE, COARSEST = 0.35, 4.0  # chance of a picture that was enlarged, and by how much at most


@dataclass(frozen=True)
class Labelled:
    """Pictures with their maps."""

    pictures: list[torch.Tensor]
    maps: list[torch.Tensor]

    def __len__(self) -> int:
        return len(self.pictures)

    def first(self, count: int) -> Labelled:
        """The first `count` of them."""
        return Labelled(self.pictures[:count], self.maps[:count])


def read_labelled(portraits: Path, labels: Path, *, held_out: bool) -> Labelled:
    """The portraits whose maps lie in the folder `labels` under their names, as PNG.

    Raises StyleGANEXError where there are none.
    """
    pictures, maps = [], []
    for portrait in read_index(portraits):
        file = labels / f"{portrait.file.stem}.png"
        if portrait.held_out == held_out and file.is_file():
            pictures.append(to_levels(read_portrait(portrait)))
            with Image.open(file) as opened:
                maps.append(torch.from_numpy(np.array(opened)))
    if not pictures:
        raise StyleGANEXError(
            f"{echo(labels, 300)} holds no label map of a portrait in {echo(portraits, 300)}; "
            "make them with python -m styleganex_lab.parser label."
        )
    return Labelled(pictures, maps)


def render_labelled(count: int, seed: int) -> Labelled:
    """Rendered scenes with one or two people, hats, glasses and jewellery, and their truth."""
    pictures: list[torch.Tensor] = []
    maps: list[torch.Tensor] = []
    for number, (style, share) in enumerate(STYLES.items()):
        scenes = sample_scenes(max(1, round(count * share)), seed + number, size=SIDE)
        drawn = render_scenes(scenes, style=style)
        pictures.extend(to_levels(drawn.image))
        maps.extend(drawn.labels)
    return Labelled(pictures, maps)


def draw_batch(
    data: Labelled, rows: Sequence[int], random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Some of the pictures, each moved, turned, enlarged, mirrored and made worse its own way."""
    pictures, maps = [], []
    for row in rows:
        picture, labels = data.pictures[row], data.maps[row]
        if torch.rand((), generator=random) < 0.5:
            picture, labels = picture.flip(2), mirror_labels(labels)
        grid = _draw_grid(random, picture.shape[-1])
        moved = F.grid_sample(
            from_levels(picture)[None], grid, padding_mode="reflection", align_corners=False
        )
        placed = F.grid_sample(
            labels[None, None].float(), grid, mode="nearest", padding_mode="reflection",
            align_corners=False,
        )  # fmt: skip
        pictures.append(_recolour(moved, random))
        maps.append(placed[0, 0].to(torch.uint8))
    batch = degrade_lightly(torch.cat(pictures), random).clamp(-1, 1)
    return batch, torch.stack(maps)


def read_labels(maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The class of each px, or `UNKNOWN`, and where glasses may lie over it."""
    open_to_glasses = (maps >= IF_BARE) & (maps < UNKNOWN)
    return torch.where(open_to_glasses, maps - IF_BARE, maps), open_to_glasses


def mirror_labels(labels: torch.Tensor) -> torch.Tensor:
    """A map [..., W] of the mirrored picture: left and right change places."""
    table = torch.arange(256, dtype=torch.uint8)
    for left, right in PAIRS:
        for start in (0, IF_BARE):
            table[start + left], table[start + right] = start + right, start + left
    return table[labels.flip(-1).int()]


def _draw_grid(random: torch.Generator, side: int) -> torch.Tensor:
    """Where a picture of `side` px is looked at, [1, 256, 256, 2]."""
    zoom, right, down, turn = torch.randn(4, generator=random).clamp(-2, 2).tolist()
    middle, spread = (math.log(SMALLEST * LARGEST) / 2, math.log(LARGEST / SMALLEST) / 4)
    size = SIDE / side / math.exp(middle + spread * zoom)
    angle = math.radians(TURN * turn)
    cos, sin = size * math.cos(angle), size * math.sin(angle)
    matrix = torch.tensor([[[cos, -sin, 2 * SHIFT * right], [sin, cos, 2 * SHIFT * down]]])
    return F.affine_grid(matrix, [1, 3, SIDE, SIDE], align_corners=False)


def _recolour(picture: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """A picture [1, 3, H, W] in another light, sometimes grey, sometimes coarse."""
    draw = torch.rand(7, generator=random)
    light = ((picture + 1) / 2).clamp(0, 1)
    gamma = GAMMA[0] * (GAMMA[1] / GAMMA[0]) ** float(draw[0])
    gain = GAIN[0] + (GAIN[1] - GAIN[0]) * float(draw[1])
    tint = 1 + TINT * (2 * draw[2:5] - 1)
    light = (light**gamma * gain * tint[:, None, None]).clamp(0, 1)
    if draw[5] < GREY:
        light = light.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
    if draw[6] < COARSE:
        factor = COARSEST ** (float(draw[6]) / COARSE)
        small = max(1, round(SIDE / factor))
        light = F.interpolate(light, (small, small), mode="bilinear", antialias=True)
        light = F.interpolate(light, (SIDE, SIDE), mode="bilinear")
    return light * 2 - 1
