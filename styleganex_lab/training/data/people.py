"""Rendered people with the styles and places that made them, for generators and encoders.

Convention: noise `z` and placements are those of `portraits.people`; a generator smaller than
256 px would need placements of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
import torch.nn.functional as F

from ...portraits import aligned_placement, render_portraits
from ...portraits import canvas as labels
from ...portraits.people import (
    CELL,
    FULL_SIDE,
    attributes_of,
    draw_placements,
    from_levels,
    sample_people,
    to_levels,
)
from ..recipes.settings import Phase, Portraits, Recipe, expect
from . import Rows, step_random
from .degrade import degrade_lightly

HELD_OUT = 16  # pictures that the curve is measured on
HELD_OUT_SEED = 50  # next to the numbers of phases, of which there are fewer
RECIPE_SEEDS = 100  # the phases of one seed do not meet those of the next
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

    def to(self, device: torch.device) -> Pictures:
        """The same pictures on a device."""
        parts = {
            field.name: part.to(device)
            for field in fields(self)
            if (part := getattr(self, field.name)) is not None
        }
        return replace(self, **parts)

    def floats(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The pictures in -1..1 and their weights, mean about 1."""
        return from_levels(self.image), self.weight.float() / 16


class PeopleData:
    """Rendered people: new ones for each phase, and others that are only measured on."""

    def __init__(self, recipe: Recipe, *, seed: int = 0, style_dim: int | None = None) -> None:
        """`style_dim`: numbers of noise per person, where they are not the recipe's generator's."""
        self.recipe, self.seed = recipe, seed
        generator = recipe.networks.generator
        if style_dim is None:
            assert generator is not None
            style_dim = generator.style_dim
        self.style_dim = style_dim
        self.pictures: Pictures | None = None  # of the present phase
        self.held_out: Pictures | None = None

    def begin(self, phase: Phase, number: int) -> None:
        """Render the phase's pictures."""
        first = self.seed * RECIPE_SEEDS
        settings = expect(phase.pictures, Portraits)
        self.pictures = self._make(settings, first + number)
        few = replace(settings, count=HELD_OUT)
        self.held_out = self._make(few, first + HELD_OUT_SEED)

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> Pictures:
        """Some of the phase's pictures; pairs stay together."""
        assert self.pictures is not None, "begin has not been called"
        random, count = step_random(seed, step), len(self.pictures)
        if expect(phase.pictures, Portraits).pairs:
            pair = torch.randint(count // 2, (phase.batch // 2, 1), generator=random)
            index = torch.cat([2 * pair, 2 * pair + 1], dim=1).flatten()
        else:
            index = torch.randint(count, (phase.batch,), generator=random)
        return self.pictures.pick(index[rows(phase.batch)])

    def _make(self, settings: Portraits, seed: int) -> Pictures:
        return make_pictures(settings, self.style_dim, seed, style=self.recipe.data.style)

    def state(self) -> None:
        """None: the seed says all."""

    def resume(self, state: None) -> None:
        """Nothing to go on from."""


def make_pictures(
    settings: Portraits, style_dim: int, seed: int, *, style: str = "photo"
) -> Pictures:
    """The pictures of a phase, the same for the same seed."""
    random = torch.Generator().manual_seed(seed)
    z = sample_people(settings.count, style_dim, random, settings.pairs)
    place = draw_placements(settings.count, settings.cells, settings.moved, random, settings.jitter)
    if settings.pairs:
        place[1::2] = place[0::2]
    share = settings.count // 8
    sizes = [settings.count - share * len(settings.looks), *[share] * len(settings.looks)]
    styles = (style, *settings.looks)
    parts = zip(styles, z.split(sizes), place.split(sizes), strict=True)
    drawn = [
        render_pictures(people, where, settings, style=look, seed=seed)
        for look, people, where in parts
    ]
    if settings.degraded:
        drawn += [degrade_pictures(part, random) for part in drawn]
    return join_pictures(drawn)


def render_pictures(
    z: torch.Tensor,
    placement: torch.Tensor,
    settings: Portraits,
    *,
    style: str = "photo",
    seed: int = 0,
) -> Pictures:
    """The pictures of noise `z` at `placement`, rendered at `side` / 256 of their full size.

    `seed`: of the backgrounds' textures.
    """
    generator = torch.Generator().manual_seed(seed)
    shrink = settings.side / FULL_SIDE
    size = (int(settings.cells[0] * CELL * shrink), int(settings.cells[1] * CELL * shrink))
    small = placement.clone()
    small[:, :2] = (small[:, :2] + 0.5) * shrink - 0.5
    small[:, 2] *= shrink
    images, weights = [], []
    for people, place in zip(attributes_of(z).split(256), small.split(256), strict=True):
        portraits = render_portraits(people, size=size, style=style, placement=place)
        image = portraits.image
        if settings.texture:
            image = image + _draw_textures(portraits.labels, settings.texture, generator)
        images.append(to_levels(image))
        weights.append((weigh_labels(portraits.labels) * 16).round().to(torch.uint8))
    return Pictures(torch.cat(images), torch.cat(weights), z, placement)


def degrade_pictures(pictures: Pictures, generator: torch.Generator) -> Pictures:
    """The pictures as a bad camera would have kept them."""
    parts = pictures.image.split(64)  # as floats only one by one: all would fill the memory
    worse = [to_levels(degrade_lightly(from_levels(part), generator)) for part in parts]
    return replace(pictures, image=torch.cat(worse))


def join_pictures(parts: list[Pictures]) -> Pictures:
    """All pictures, none of which carries taps."""
    columns = ("image", "weight", "z", "placement")
    return Pictures(*(torch.cat([getattr(part, name) for part in parts]) for name in columns))


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


def weigh_labels(label_map: torch.Tensor) -> torch.Tensor:
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
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE)[0].to(placement)
    x, y, scale, roll = placement[:, :, None, None].unbind(1)
    angle = torch.deg2rad(roll)
    across, down = (torch.arange(count, device=placement.device) for count in cells[::-1])
    column = (across + 0.5) * CELL - 0.5 - x  # px from the face
    row = ((down + 0.5) * CELL - 0.5)[:, None] - y
    source_x = (column * angle.cos() - row * angle.sin()) / scale + home[0]
    source_y = (column * angle.sin() + row * angle.cos()) / scale + home[1]
    grid = torch.stack([source_x, source_y], dim=-1)
    grid = (grid + 0.5) * 2 / FULL_SIDE - 1
    return F.grid_sample(
        dense.expand(len(placement), -1, -1, -1), grid, padding_mode="border", align_corners=False
    )
