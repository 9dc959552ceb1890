"""The batches of the tasks: what is drawn at random for one step, and what is made of it.

A plan is drawn for the whole batch, whichever process trains on which rows of it, so that several
processes together see exactly what one would.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Protocol

import torch

from ..recipes.settings import Crops, Phase, Recipe, expect
from . import Rows, step_random
from .augment import draw_affine, warp_affine
from .degrade import degrade_known, degrade_unknown

CELL = 8  # px of the encoded picture per cell of `f`
MOTION = 0.5  # chance of each stage of the flicker loss's motion


@dataclass(frozen=True)
class TaskBatch:
    """What a task trains on; B pictures.

    `x` [B, 3, h, w] in -1..1 (or 1 or 19 channels in 0..1): the input. `y` [B, 3, H, W]: the
    target at the output's size. `style` like `x`, side 256 in the paper: the style picture, taken
    before any augmentation. `style_target` [B, 3, h, w]: the real picture that late styles of
    sketches and masks come from. `weight` [B, H, W]: how much each px counts. `w_plus` [B, L, D]:
    styles that were found already. `w_true`, `w_late` [B, D]: the styles that a rendered picture
    was made from, and those for its late slots. `f` [B, C, h, w]: the true first-layer feature.
    `edit` [B, L, D]: the edit vector to apply, strength included. `motion` [B, 3, 3]: how the
    flicker loss moves the pictures. `seeds` [B]: of what a generator draws. Absent parts
    are None.
    `own_statistics`: batch norms use each picture's own. `window` (0..1 down and across): where the
    discriminator looks.
    """

    x: torch.Tensor
    y: torch.Tensor
    style: torch.Tensor | None = None
    style_target: torch.Tensor | None = None
    weight: torch.Tensor | None = None
    w_plus: torch.Tensor | None = None
    w_true: torch.Tensor | None = None
    w_late: torch.Tensor | None = None
    f: torch.Tensor | None = None
    edit: torch.Tensor | None = None
    motion: torch.Tensor | None = None
    seeds: torch.Tensor | None = None
    own_statistics: bool = False
    window: tuple[float, float] = (0.5, 0.5)

    def __len__(self) -> int:
        return len(self.x)

    def to(self, device: torch.device) -> TaskBatch:
        """The same batch on a device."""
        parts = {
            field.name: part.to(device)
            for field in fields(self)
            if isinstance(part := getattr(self, field.name), torch.Tensor)
        }
        return replace(self, **parts)


class Source(Protocol):
    """Where the whole pictures of a task come from; all inputs have one size.

    `w_plus` [N, L, D]: their styles, where a phase found them when it began.
    """

    w_plus: torch.Tensor | None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px of the inputs."""
        ...

    def __len__(self) -> int: ...

    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures by their numbers."""
        ...

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The style pictures of whole inputs `x`."""
        ...

    def true_feature(
        self, index: torch.Tensor, corner: torch.Tensor, size: tuple[int, int]
    ) -> torch.Tensor | None:
        """The true `f` of crops of `size` px at `corner` [B, 2], x first, where it is known."""
        ...


@dataclass(frozen=True)
class Plan:
    """Which pictures `index` [B], cut to `size` px at `corner` [B, 2] (x, y), and how treated.

    `mirror` [B]: which are mirrored; `affine` [B, 3, 3]: how they are moved before they are cut.
    `factor`: of super-resolution. `own_statistics`: batch norms use each picture's own. `motion`
    [B, 3, 3] and `window` (0..1 down and across): of the flicker and adversarial losses. `seeds`
    [B]: of what a generator draws.
    """

    index: torch.Tensor
    corner: torch.Tensor
    size: tuple[int, int]
    mirror: torch.Tensor
    affine: torch.Tensor
    motion: torch.Tensor
    seeds: torch.Tensor
    window: tuple[float, float] = (0.5, 0.5)
    factor: int = 1
    own_statistics: bool = False

    def rows(self, rows: slice) -> Plan:
        """The plan of some of the pictures."""
        parts = ("index", "corner", "mirror", "affine", "motion", "seeds")
        return replace(self, **{name: getattr(self, name)[rows] for name in parts})


class TaskData:
    """Batches of a task's pictures, moved and cut as each step's plan says.

    `held_out`: other pictures, which are only measured on. `ratio`: output px per px of the input.
    """

    def __init__(self, recipe: Recipe, source: Source, held_out: Source, ratio: float) -> None:
        self.recipe, self.source, self.held_out, self.ratio = recipe, source, held_out, ratio

    def begin(self, phase: Phase, number: int) -> None:
        """Nothing to do: all phases see the same pictures."""

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> TaskBatch:
        """The rows of a step's batch."""
        plan = plan_step(self.recipe, phase, self.source, seed=seed, step=step)
        return make_batch(self.recipe, self.source, plan.rows(rows(phase.batch)), self.ratio)

    def state(self) -> torch.Tensor | None:
        """The styles that the phase found when it began."""
        return self.source.w_plus

    def resume(self, state: torch.Tensor | None) -> None:
        """Go on with styles that were found."""
        self.source.w_plus = state


def plan_step(recipe: Recipe, phase: Phase, source: Source, *, seed: int, step: int) -> Plan:
    """The plan of a step; the same for the same seed and step."""
    random, settings = step_random(seed, step), recipe.data
    crops = expect(phase.pictures, Crops)

    def draw(low: int, high: int, count: tuple[int, ...] = ()) -> torch.Tensor:
        return torch.randint(low, high + 1, count, generator=random)

    index = draw(0, len(source) - 1, (phase.batch,))
    sides = [
        CELL * int(draw(min(crops.smallest, side) // CELL, min(crops.largest, side) // CELL))
        for side in source.size
    ]
    corners = [
        CELL * draw(0, (whole - side) // CELL, (phase.batch,))
        for whole, side in zip(source.size, sides, strict=True)
    ]
    factor = settings.factors[int(draw(0, len(settings.factors) - 1))] if settings.factors else 1
    return Plan(
        index=index,
        corner=torch.stack([corners[1], corners[0]], dim=1),
        size=(sides[0], sides[1]),
        factor=factor,
        own_statistics=bool(torch.rand((), generator=random) < recipe.networks.own_statistics),
        mirror=torch.rand(phase.batch, generator=random) < settings.mirror,
        affine=draw_affine(phase.batch, settings.affine, source.size, random),
        motion=draw_affine(phase.batch, MOTION, (sides[0], sides[1]), random),
        seeds=draw(0, 2**31 - 1, (phase.batch,)),
        window=(float(torch.rand((), generator=random)), float(torch.rand((), generator=random))),
    )


def make_batch(recipe: Recipe, source: Source, plan: Plan, ratio: float) -> TaskBatch:
    """The batch of a plan; `ratio`: output px per px of the input."""
    whole = source.pick(plan.index)
    x, y, weight = whole.x, whole.y, whole.weight
    if recipe.data.unknown_degradation:
        x = degrade_unknown(x, plan.seeds, recipe.data.factors, ratio)
    else:
        x = prepare_input(recipe, x, ratio, plan.factor)
    style = None if whole.w_plus is not None else source.style_picture(plan.index, x)
    flipped = [_mirror(part, plan.mirror) for part in (x, y, style, weight, whole.style_target)]
    x, y, style, weight, style_target = flipped
    assert x is not None and y is not None
    x, y = warp_affine(x, plan.affine), warp_affine(y, plan.affine)
    return replace(
        whole,
        x=cut_out(x, plan.corner, plan.size),
        y=cut_out(y, plan.corner, plan.size, ratio),
        style=style,
        style_target=style_target,
        weight=None if weight is None else cut_out(weight, plan.corner, plan.size, ratio),
        f=source.true_feature(plan.index, plan.corner, plan.size),
        motion=plan.motion,
        seeds=plan.seeds,
        own_statistics=plan.own_statistics,
        window=plan.window,
    )


def _mirror(pictures: torch.Tensor | None, which: torch.Tensor) -> torch.Tensor | None:
    """The pictures [B, ..., W], those of `which` [B] left to right."""
    if pictures is None or not bool(which.any()):
        return pictures
    places = which.reshape(-1, *[1] * (pictures.ndim - 1))
    return torch.where(places, pictures.flip(-1), pictures)


def prepare_input(
    recipe: Recipe, x: torch.Tensor, ratio: float, factor: int | None = None
) -> torch.Tensor:
    """What the model sees of whole inputs: super-resolution a picture reduced by `factor`.

    Without a `factor` it is the first of the recipe's.
    """
    if recipe.task != "super-resolution":
        return x
    return degrade_known(x, factor or recipe.data.factors[0], ratio)


def cut_out(
    pictures: torch.Tensor, corner: torch.Tensor, size: tuple[int, int], times: float = 1
) -> torch.Tensor:
    """Crops [B, ..., h, w] of pictures [B, ..., H, W]; `times`: px of them per px of the plan."""
    height, width = (int(side * times) for side in size)
    places = [(int(x * times), int(y * times)) for x, y in corner.tolist()]
    return torch.stack([
        picture[..., y : y + height, x : x + width]
        for picture, (x, y) in zip(pictures, places, strict=True)
    ])  # fmt: skip
