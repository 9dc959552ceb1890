"""Rendered training pictures with the styles and places that made them.

Convention: a placement is (x, y, scale, roll) in px of the full picture, 8 px per cell of the
first-layer feature (see `portraits.render_portraits`); a generator smaller than 256 px would need
its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

from ..portraits import ATTRIBUTES, aligned_placement, render_portraits
from ..portraits import canvas as labels
from .wear import wear

FULL_SIDE = 256  # px of the face square at full size
CELL = 8  # px of the full picture per cell of `f`
SMALLEST, LARGEST = 0.55, 1.35  # scales of moved faces
TURN = 30.0  # degrees, the largest roll of moved faces
JITTER = (3.0, 3.0, 0.03, 1.5)  # px, px, log scale, degrees: how well detectors align faces
GRAIN = 0.06  # largest standard deviation of noise on textured pictures, of -1..1
FACE_WEIGHT, FEATURE_WEIGHT = 2.0, 10.0
FEATURES = (
    labels.L_BROW, labels.R_BROW, labels.L_EYE, labels.R_EYE, labels.GLASSES,
    labels.NOSE, labels.MOUTH, labels.U_LIP, labels.L_LIP,
)  # fmt: skip


@dataclass(frozen=True)
class Pictures:
    """`image` uint8 [N, 3, H, W], `weight` uint8 [N, H, W] (importance times 16), `z` [N, D],
    `placement` [N, 4]; `tap` [N, C, h, w], the output of an encoder's frozen blocks, if any.
    """

    image: torch.Tensor
    weight: torch.Tensor
    z: torch.Tensor
    placement: torch.Tensor
    tap: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.z)

    def pick(self, index: torch.Tensor) -> Pictures:
        tap = None if self.tap is None else self.tap[index]
        return Pictures(
            self.image[index], self.weight[index], self.z[index], self.placement[index], tap
        )

    def floats(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The pictures in -1..1 and their weights, mean about 1."""
        return from_levels(self.image), self.weight.float() / 16


def attributes_of(z: torch.Tensor) -> torch.Tensor:
    """The attributes [N, A] that noise [N, D] stands for: `2 Phi(z) - 1` of its first entries.

    The noise is normalised first, as the mapping network does, so nothing is lost there; uniform
    attributes from Gaussian noise keep random sampling valid.
    """
    z = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
    return torch.erf(z[:, : len(ATTRIBUTES)] / 2**0.5)


def draw_noise(
    count: int, style_dim: int, generator: torch.Generator, pairs: bool = False
) -> torch.Tensor:
    """Gaussian noise [count, D]; as `pairs`, every odd person is the one before with one attribute
    changed to its opposite side.
    """
    z = torch.randn(count, style_dim, generator=generator)
    if pairs:
        even, odd = z[0::2], z[1::2]
        changed = torch.randint(len(ATTRIBUTES), (len(odd),), generator=generator)
        row = torch.arange(len(odd))
        other = -even[row, changed].sign() * odd[row, changed].abs()
        odd.copy_(even[: len(odd)])
        odd[row, changed] = other
    return z


def draw_placements(
    count: int,
    cells: tuple[int, int],
    moved: float,
    generator: torch.Generator,
    jitter: bool = False,
) -> torch.Tensor:
    """Placements [count, 4] in a picture of `cells`: aligned and centred, or with chance `moved`
    anywhere.

    Of the moved ones a quarter are moved by whole cells only, which is what the generator must do
    exactly. `jitter`: the aligned ones are off by as much as a detector is.
    """
    height, width = cells[0] * CELL, cells[1] * CELL
    place = aligned_placement(count, FULL_SIDE, FULL_SIDE).clone()
    place[:, 0] += (width - FULL_SIDE) / 2
    place[:, 1] += (height - FULL_SIDE) / 2
    draw = torch.rand(count, 6, generator=generator)
    away = torch.stack([(draw[:, 0] - 0.5) * width * 0.6, (draw[:, 1] - 0.5) * height * 0.5], 1)
    whole = draw[:, 4] < 0.25
    away[whole] = (away[whole] / CELL).round() * CELL
    scale = SMALLEST * (LARGEST / SMALLEST) ** draw[:, 2]
    roll = (draw[:, 3] * 2 - 1) * TURN
    free = torch.stack([
        place[:, 0] + away[:, 0],
        place[:, 1] + away[:, 1],
        torch.where(whole, torch.ones_like(scale), scale),
        torch.where(whole, torch.zeros_like(roll), roll),
    ], dim=1)  # fmt: skip
    if jitter:
        off = torch.randn(count, 4, generator=generator) * torch.tensor(JITTER)
        place = torch.cat([place[:, :2] + off[:, :2], place[:, 2:3] * off[:, 2:3].exp(),
                           place[:, 3:] + off[:, 3:]], dim=1)  # fmt: skip
    return torch.where((draw[:, 5] < moved)[:, None], free, place)


def render_pictures(
    z: torch.Tensor,
    placement: torch.Tensor,
    *,
    side: int,
    cells: tuple[int, int],
    style: str,
    texture: float = 0.0,
    seed: int = 0,
) -> Pictures:
    """The pictures of noise `z` at `placement`, rendered at `side` / 256 of their full size.

    `texture`: share of pictures whose background carries a random texture, drawn from `seed`.
    """
    generator = torch.Generator().manual_seed(seed)
    shrink = side / FULL_SIDE
    size = (int(cells[0] * CELL * shrink), int(cells[1] * CELL * shrink))
    small = placement.clone()
    small[:, :2] = (small[:, :2] + 0.5) * shrink - 0.5
    small[:, 2] *= shrink
    images, weights = [], []
    for people, place in zip(attributes_of(z).split(256), small.split(256), strict=True):
        portraits = render_portraits(people, size=size, style=style, placement=place)
        image = portraits.image
        if texture:
            image = image + _draw_textures(portraits.labels, texture, generator)
        images.append(to_levels(image))
        weights.append((_importance(portraits.labels) * 16).round().to(torch.uint8))
    return Pictures(torch.cat(images), torch.cat(weights), z, placement)


def wear_pictures(pictures: Pictures, generator: torch.Generator) -> Pictures:
    """The pictures as a bad camera would have kept them."""
    parts = pictures.image.split(64)  # as floats only one by one: all would fill the memory
    worn = [to_levels(wear(from_levels(part), generator)) for part in parts]
    return replace(pictures, image=torch.cat(worn))


def join_pictures(parts: list[Pictures]) -> Pictures:
    """All pictures, none of which carries taps."""
    columns = ("image", "weight", "z", "placement")
    return Pictures(*(torch.cat([getattr(part, name) for part in parts]) for name in columns))


def to_levels(image: torch.Tensor) -> torch.Tensor:
    """Pictures in -1..1, clamped, as 8-bit levels of the same shape."""
    return ((image.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def from_levels(image: torch.Tensor) -> torch.Tensor:
    """8-bit levels as pictures in -1..1."""
    return image.float() / 127.5 - 1


def _draw_textures(
    label_map: torch.Tensor, share: float, generator: torch.Generator
) -> torch.Tensor:
    """What to add to pictures [N, 3, H, W] for backgrounds that are not plain, and for grain.

    Blotches of one size per picture, coloured, of mean zero, so that the background keeps its
    colour on the whole.
    """
    count, height, width = label_map.shape
    added = torch.zeros(count, 3, height, width)
    for row in torch.nonzero(torch.rand(count, generator=generator) < share).flatten():
        cells = int(2 ** torch.randint(1, 6, (1,), generator=generator))
        strength = 0.6 * torch.rand(1, generator=generator)
        blotches = torch.randn(1, 3, cells, cells, generator=generator) * strength
        added[row] = F.interpolate(blotches, (height, width), mode="bilinear")[0]
    grain = torch.rand(count, 1, 1, 1, generator=generator) * GRAIN
    noise = torch.randn(count, 3, height, width, generator=generator)
    return added * (label_map == labels.BACKGROUND)[:, None] + noise * grain


def _importance(label_map: torch.Tensor) -> torch.Tensor:
    """How much each px counts, [N, H, W]: features most, then the face, then all else."""
    table = torch.ones(19)
    table[[labels.SKIN, labels.HAIR, labels.L_EAR, labels.R_EAR]] = FACE_WEIGHT
    table[list(FEATURES)] = FEATURE_WEIGHT
    weight = table[label_map.int()]
    return F.avg_pool2d(weight[:, None], 3, stride=1, padding=1, count_include_pad=False)[:, 0]


def warp_constant(
    dense: torch.Tensor, placement: torch.Tensor, cells: tuple[int, int]
) -> torch.Tensor:
    """The dense constant [1, C, 32, 32] where each face lies, [N, C, h, w]; edges repeat."""
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE)[0]
    x, y, scale, roll = placement[:, :, None, None].unbind(1)
    angle = torch.deg2rad(roll)
    column = (torch.arange(cells[1]) + 0.5) * CELL - 0.5 - x  # px from the face
    row = ((torch.arange(cells[0]) + 0.5) * CELL - 0.5)[:, None] - y
    source_x = (column * angle.cos() - row * angle.sin()) / scale + home[0]
    source_y = (column * angle.sin() + row * angle.cos()) / scale + home[1]
    grid = torch.stack([source_x, source_y], dim=-1)
    grid = (grid + 0.5) * 2 / FULL_SIDE - 1
    return F.grid_sample(
        dense.expand(len(placement), -1, -1, -1), grid, padding_mode="border", align_corners=False
    )
