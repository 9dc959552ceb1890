"""What is drawn at random for one step, and the batch made from it.

A plan is drawn for the whole batch, whichever process trains on which rows of it, so that several
processes together see exactly what one would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import torch

from styleganex_core.tasks.resample import reduce_and_restore

from .augment import draw_affine, warp_affine
from .blind import spoil
from .task_batch import TaskBatch
from .task_settings import Phase, TaskRecipe

CELL = 8  # px of the encoded picture per cell of `f`
MOTION = 0.5  # chance of each stage of the flicker loss's motion
STEP_SEEDS = 1_000_003  # steps of one seed do not meet those of the next


class TaskData(Protocol):
    """Where the pictures of a task come from; all inputs have one size."""

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


def plan_step(recipe: TaskRecipe, phase: Phase, data: TaskData, *, seed: int, step: int) -> Plan:
    """The plan of a step; the same for the same seed and step."""
    random = torch.Generator().manual_seed(seed * STEP_SEEDS + step)

    def draw(low: int, high: int, count: tuple[int, ...] = ()) -> torch.Tensor:
        return torch.randint(low, high + 1, count, generator=random)

    index = draw(0, len(data) - 1, (phase.batch,))
    sides = [
        CELL * int(draw(min(phase.crop[0], side) // CELL, min(phase.crop[1], side) // CELL))
        for side in data.size
    ]
    corners = [
        CELL * draw(0, (whole - side) // CELL, (phase.batch,))
        for whole, side in zip(data.size, sides, strict=True)
    ]
    factor = recipe.factors[int(draw(0, len(recipe.factors) - 1))] if recipe.factors else 1
    return Plan(
        index=index,
        corner=torch.stack([corners[1], corners[0]], dim=1),
        size=(sides[0], sides[1]),
        factor=factor,
        own_statistics=bool(torch.rand((), generator=random) < recipe.own_statistics),
        mirror=torch.rand(phase.batch, generator=random) < recipe.mirror,
        affine=draw_affine(phase.batch, recipe.affine, data.size, random),
        motion=draw_affine(phase.batch, MOTION, (sides[0], sides[1]), random),
        seeds=draw(0, 2**31 - 1, (phase.batch,)),
        window=(float(torch.rand((), generator=random)), float(torch.rand((), generator=random))),
    )


def make_batch(recipe: TaskRecipe, data: TaskData, plan: Plan, ratio: float) -> TaskBatch:
    """The batch of a plan; `ratio`: output px per px of the input."""
    whole = data.pick(plan.index)
    x, y, weight = whole.x, whole.y, whole.weight
    if recipe.blind:
        x = spoil(x, plan.seeds, recipe.factors, ratio)
    else:
        x = degrade(recipe, x, plan.factor, ratio)
    style = None if whole.w_plus is not None else data.style_picture(plan.index, x)
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
        f=data.true_feature(plan.index, plan.corner, plan.size),
        motion=plan.motion,
        seeds=plan.seeds,
        own_statistics=plan.own_statistics,
    )


def _mirror(pictures: torch.Tensor | None, which: torch.Tensor) -> torch.Tensor | None:
    """The pictures [B, ..., W], those of `which` [B] left to right."""
    if pictures is None or not bool(which.any()):
        return pictures
    places = which.reshape(-1, *[1] * (pictures.ndim - 1))
    return torch.where(places, pictures.flip(-1), pictures)


def degrade(recipe: TaskRecipe, x: torch.Tensor, factor: int, ratio: float) -> torch.Tensor:
    """What super-resolution sees: the picture reduced by factor / ratio and brought back."""
    if recipe.task != "super-resolution":
        return x
    bicubic = max(1, round(factor / ratio))
    return reduce_and_restore(x, bicubic)


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
