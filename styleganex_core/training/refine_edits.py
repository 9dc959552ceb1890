"""Edit vectors fitted to the truth: what an edit changes is what the renderer changes.

`directions` finds a vector from styles and labels alone. Styles follow their attribute only nearly
linearly and a generator follows its styles only nearly, so some edits of one standard deviation
did more or less than that, and moved other attributes a little. Here a vector learns, through the
frozen generator, to change pictures as the renderer does when only its attribute moves.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from ..networks import Generator
from ..portraits import ATTRIBUTES, render_portraits
from .data import (
    CELL,
    attributes_of,
    draw_noise,
    draw_placements,
    importance,
    warp_constant,
)
from .directions import DEVIATION, EDITS

WEAKEST, STRONGEST = 0.5, 1.5  # strengths that are tried, in standard deviations, either way
MOVED = 0.7  # share of faces that are not at home
LEAST_CHANGE = 2e-3  # mean square below which a batch's change does not make its error count more

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RefineSettings:
    """How long each vector is fitted, on how many people at once, at which first rate of Adam."""

    steps: int = 60
    batch: int = 4
    rate: float = 0.02
    decay: float = 0.9  # of the moving average of the vector
    seed: int = 0


def refine_edits(
    generator: Generator,
    vectors: Mapping[str, torch.Tensor],
    settings: RefineSettings | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, torch.Tensor]:
    """The vectors [L, D] of `EDITS`, each fitted to renders that differ in its attribute alone.

    `generator`: a 256 px one in the dilated form, whose mapping `mapping.design_mapping` made; it
    is left as it is. Only those numbers of a style move that its people differ in. Vectors of
    other names are returned as they came. `progress(done, total)` counts vectors.
    """
    settings = settings or RefineSettings()
    refined = dict(vectors)
    names = [name for name in vectors if name in EDITS]
    for number, name in enumerate(names):
        refined[name] = _refine(generator, name, vectors[name], settings)
        if progress:
            progress(number + 1, len(names))
    return refined


def _refine(
    generator: Generator, name: str, vector: torch.Tensor, settings: RefineSettings
) -> torch.Tensor:
    random = torch.Generator().manual_seed(settings.seed)
    varied = _varied(generator, random)
    change = torch.zeros_like(vector, requires_grad=True)
    average = torch.zeros_like(vector)
    optimiser = torch.optim.Adam([change], betas=(0.9, 0.99))
    errors = []
    with torch.enable_grad():
        for step in range(settings.steps):
            error = _error(generator, name, vector + change * varied, settings.batch, random)
            optimiser.zero_grad()
            (change.grad,) = torch.autograd.grad(error, [change])
            fall = (1 + math.cos(math.pi * step / settings.steps)) / 2
            optimiser.param_groups[0]["lr"] = settings.rate * fall
            optimiser.step()
            average.lerp_(change.detach(), 1 - settings.decay)
            errors.append(error.item())
    part = max(1, settings.steps // 4)
    first, last = (sum(some) / len(some) for some in (errors[:part], errors[-part:]))
    _log.info("%s: error of the change %.3f -> %.3f of it", name, first, last)
    return vector + average * varied


@torch.no_grad()
def _varied(generator: Generator, random: torch.Generator) -> torch.Tensor:
    """1 for the numbers of a style that people differ in, 0 for the others, [D]."""
    styles = generator.mapping(draw_noise(256, generator.config.style_dim, random))
    return (styles.std(dim=0) > 1e-4).to(styles)


def _error(
    generator: Generator, name: str, vector: torch.Tensor, batch: int, random: torch.Generator
) -> torch.Tensor:
    """How much of the change of rendered people is missing or too much, as a share of it."""
    size = generator.config.size
    cells = (size // CELL, size // CELL)
    z = draw_noise(batch, generator.config.style_dim, random)
    place = draw_placements(batch, cells, MOVED, random)
    people = attributes_of(z)
    strength, asked = _ask(people, name, random)
    before = render_portraits(people, size=size, placement=place)
    after = render_portraits(asked, size=size, placement=place)
    wanted = after.image - before.image
    weight = torch.maximum(importance(before.labels), importance(after.labels))[:, None]

    with torch.no_grad():
        f = warp_constant(generator.dense_constant(), place, cells)
        w_plus = generator.mapping(z)[:, None].expand(-1, generator.config.num_slots, -1)
        made = generator(f, w_plus, dense=True)
    edited = generator(f, w_plus + strength[:, None, None] * vector, dense=True)
    least = torch.tensor(LEAST_CHANGE)
    return (weight * (edited - made - wanted).square()).mean() / torch.maximum(
        (weight * wanted.square()).mean(), least
    )


def _ask(
    people: torch.Tensor, name: str, random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Strengths [B] of an edit that people have room for, and the attributes [B, A] asked for."""
    attribute, sign = EDITS[name]
    column = ATTRIBUTES.index(attribute)
    draw = torch.rand(2, len(people), generator=random)
    strength = WEAKEST + (STRONGEST - WEAKEST) * draw[0]
    strength = torch.where(draw[1] < 0.5, strength, -strength)
    room = (people[:, column] + sign * strength * DEVIATION).abs() <= 1
    strength = torch.where(room, strength, -strength)
    asked = people.clone()
    asked[:, column] += sign * strength * DEVIATION
    return strength, asked
