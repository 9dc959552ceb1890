"""What Step II is to reach, how, and how far a picture is from it.

Convention: pictures [B, 3, H, W] in -1..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from ..losses import pixel_loss
from ..networks import Model
from ..ranges import check_number

PREVIEW_EVERY = 10  # steps

Schedule = Literal["full", "rising"]
Likeness = Callable[[torch.Tensor], torch.Tensor]  # a picture [1, 3, H, W] to [1]
Distance = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # pictures to [B]
ReportSteps = Callable[[int, int], None]  # steps done, steps in all
ReportUsed = Callable[[int], None]  # steps that a picture (or a batch in one pass) needed


@dataclass(frozen=True)
class OptimizeSettings:
    """How `optimize_latents` refines: which latents, how fast, and what counts.

    `learning_rate`: its peak; it rises over the first 5 % and falls over the last 25 % of the
    `steps`. The loss is `pixel_weight` x mean square + `perceptual_weight` x the perceptual
    distance + `style_pull` x mean square distance of `w_plus` from its start, which keeps edits
    working, + `likeness_weight` x `likeness`, where one is given. The same `seed` gives the same
    result.

    `schedule`: "full" runs every step at the picture's size. "rising" runs three of four at a
    quarter of it, with rates of its own for `f`, styles and noise in multiples of `learning_rate`,
    and all pictures of a batch in one pass; `steps` are then the most, and it stops earlier where
    nothing more is gained. Without jitter, so `seed` only chooses the noise.
    """

    steps: int = 150
    learning_rate: float = 0.05
    optimize_f: bool = True
    optimize_w_plus: bool = True
    optimize_noise: bool = False
    style_pull: float = 0.0
    pixel_weight: float = 1.0
    perceptual_weight: float = 1.0
    seed: int = 0
    likeness_weight: float = 0.0
    schedule: Schedule = "full"

    def __post_init__(self) -> None:
        anything = self.optimize_f or self.optimize_w_plus or self.optimize_noise
        if self.steps < 1 or not anything:
            raise StyleGANEXError(
                f"nothing to optimise: {self.steps} steps, f {self.optimize_f}, w_plus "
                f"{self.optimize_w_plus}, noise {self.optimize_noise}; use at least 1 step and "
                "switch on at least one of the three."
            )
        if self.schedule not in get_args(Schedule):
            raise StyleGANEXError(f'schedule is "full" or "rising"; got {self.schedule!r}.')
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise StyleGANEXError(f"learning_rate must be above 0; got {self.learning_rate}.")
        for name in ("style_pull", "pixel_weight", "perceptual_weight", "likeness_weight"):
            check_number(getattr(self, name), name, 0)


@dataclass(frozen=True)
class Goal:
    """The pictures to match [B, 3, H, W], where they count [B or 1, 1, H, W], by which distance,
    and the face that they must stay like.
    """

    target: torch.Tensor
    weight: torch.Tensor | None
    distance: Distance
    likeness: Likeness | None = None

    def pick(self, rows: slice) -> Goal:
        """The same for some of the pictures; one stands for all."""
        target = self.target if len(self.target) == 1 else self.target[rows]
        target = target.expand(rows.stop - rows.start, -1, -1, -1)
        weight = self.weight
        if weight is not None and len(weight) > 1:
            weight = weight[rows]
        return replace(self, target=target, weight=weight)


def measure_distance(picture: torch.Tensor, goal: Goal, settings: OptimizeSettings) -> torch.Tensor:
    """Pixels and perceptual distance to the goal, at the smaller of the two sizes, [B]."""
    target, weight = goal.target, goal.weight
    smaller = (min(picture.shape[-2], target.shape[-2]), min(picture.shape[-1], target.shape[-1]))
    picture, target = (F.adaptive_avg_pool2d(image, smaller) for image in (picture, target))
    if weight is not None:  # outside the mask the target is whatever was drawn
        weight = F.adaptive_avg_pool2d(weight, smaller)
        picture = weight * picture + (1 - weight) * target
    return settings.pixel_weight * pixel_loss(
        picture, target
    ) + settings.perceptual_weight * goal.distance(picture, target)


def check_picture(model: Model, latents: Latents, image: torch.Tensor) -> None:
    """Raises ShapeError unless these are the pictures that the latents decode to."""
    model.check_latents(latents)
    if image.ndim != 4 or image.shape[1] != 3 or not torch.isfinite(image).all():
        raise ShapeError(
            f"the picture to match is [B, 3, H, W] with finite values; got {list(image.shape)}."
        )
    if image.shape[0] != latents.batch and 1 not in (image.shape[0], latents.batch):
        raise ShapeError(
            f"{image.shape[0]} pictures do not match {latents.batch} latents; "
            "give one for all, or one each."
        )
    height, width = latents.f.shape[-2:]
    drawn = latents.size or (height * model.stride, width * model.stride)
    expected = tuple(max(1, round(side * model.ratio)) for side in image.shape[-2:])
    if tuple(drawn) != expected:
        raise ShapeError(
            f"these latents decode to {drawn[1]}x{drawn[0]} px, but the picture to match, "
            f"{image.shape[-1]}x{image.shape[-2]}, needs {expected[1]}x{expected[0]}; "
            "use the picture that was encoded."
        )
