"""Step II at rising resolution: most steps at a quarter of the size, the last ones at the whole.

Every resolution of the generator has a head that draws the picture at that size, so that the first
steps, which find colours and shapes, need none of the large layers. A batch is refined in one pass;
Adam looks at each number by itself, so each picture comes out as it would alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch

from ..datatypes import Latents, join_latents
from ..errors import StyleGANEXError
from ..networks import Model
from ..networks.generator import DENSE_SIDE
from ..networks.synthesis import synthesize
from ..patience import Halving
from .adam import Adam
from .goal import PREVIEW_EVERY, Goal, OptimizeSettings, ReportSteps, ReportUsed, measure_distance
from .noise import noise_term, start_noise, whiten_maps

QUARTER = 4  # the share of the size at which most steps run
SMALL_SHARE = 0.75  # of the steps run there; then the rates fall to 0
RAMP_UP = 0.05  # share of the steps over which the rates rise
# Shorter memories than Adam's usual 0.9 and 0.999: a run of some tens of steps has no time for
# those. Rates in learning rates.
BETAS = (0.7, 0.9)
F_RATE, STYLE_RATE, NOISE_RATE = 8.0, 4.0, 2.0
LOOK, LEAST = 20, 0.005  # steps over which the loss must fall by this share, or the size rises


def refine_rising(
    model: Model,
    start: Latents,
    goal: Goal,
    settings: OptimizeSettings,
    progress: ReportSteps | None = None,
    preview: Callable[[torch.Tensor], None] | None = None,
    report: ReportUsed | None = None,
) -> Latents:
    """The best latents of every picture met at full size; arguments as in `optimize_latents`.

    All pictures in one pass, or in several where the memory is too small.
    """
    batch = max(start.batch, len(goal.target))
    total = batch * settings.steps

    def refine(rows: slice) -> Latents:
        count = rows.stop - rows.start

        def tick(done: int) -> None:
            if progress is not None:
                progress(rows.start * settings.steps + count * done, total)

        run = _Run(model, _pick_rows(start, rows), goal.pick(rows), settings)
        used = _climb(run, model.config.generator.size, settings.steps, tick, preview)
        if report is not None:
            report(used)
        return run.best()

    return join_latents(Halving(batch, "optimising").run(refine, batch))


def _pick_rows(latents: Latents, rows: slice) -> Latents:
    """These pictures' latents, with a row of `f` and `w_plus` for each."""
    part = latents[rows] if latents.batch > 1 else latents
    count = rows.stop - rows.start
    part = part.with_tensors([t.detach().clone() for t in part.tensors])  # see optimize_latents
    f, w_plus = (t.expand(count, *t.shape[1:]) for t in (part.f, part.w_plus))
    return replace(part, f=f, w_plus=w_plus)


def _climb(
    run: _Run,
    size: int,
    steps: int,
    tick: Callable[[int], None],
    preview: Callable[[torch.Tensor], None] | None,
) -> int:
    """All steps, small ones first; how many were used. `tick(step)` after each, at the end with
    `steps`, and `preview` with the first picture now and then.
    """
    run.judge(run.look())
    small = max(DENSE_SIDE, size // QUARTER)
    used = 0

    def step(side: int | None, rate: float) -> float:
        nonlocal used
        picture = run.draw(side)
        if side is None:
            run.judge(picture)
        if preview is not None and used % PREVIEW_EVERY == 0:
            preview(picture.detach()[:1])
        loss = run.step(picture, rate)
        used += 1
        tick(used)
        return loss

    losses: list[float] = []
    for index in range(math.floor(steps * SMALL_SHARE)):
        losses.append(step(small, min(1.0, (index + 0.5) / (RAMP_UP * steps))))
        if not math.isfinite(losses[-1]) or _is_flat(losses):
            break
    last = min(steps - used, max(1, math.ceil(used * (1 / SMALL_SHARE - 1))))
    for index in range(last):
        if not math.isfinite(step(None, (1 + math.cos(math.pi * (index + 0.5) / last)) / 2)):
            break
    picture = run.look()
    run.judge(picture)
    if preview is not None:
        preview(picture[:1])
    if used < steps:
        tick(steps)
    return used


def _is_flat(losses: list[float]) -> bool:
    if len(losses) % LOOK or len(losses) < 2 * LOOK:
        return False
    before, now = sum(losses[-2 * LOOK : -LOOK]), sum(losses[-LOOK:])
    return now > (1 - LEAST) * before


class _Run:
    """The variables of a run, its optimiser, and the best that was met of each picture."""

    def __init__(
        self, model: Model, start: Latents, goal: Goal, settings: OptimizeSettings
    ) -> None:
        self._model, self._start, self._goal, self._settings = model, start, goal, settings
        self.f = start.f.detach().clone().requires_grad_(settings.optimize_f)
        self.w_plus = start.w_plus.detach().clone().requires_grad_(settings.optimize_w_plus)
        self.noise = _start_maps(model, start, settings)
        groups = (([self.f], F_RATE), ([self.w_plus], STYLE_RATE), (self.noise, NOISE_RATE))
        self._optimisers = [
            (Adam(tensors, *BETAS), rate) for tensors, rate in groups if tensors[0].requires_grad
        ]
        self._kept = [t.detach().clone() for t in self._variables]
        self._least = torch.full((len(self.f),), math.inf, device=self.f.device)

    @property
    def _variables(self) -> list[torch.Tensor]:
        return [self.f, self.w_plus, *self.noise]

    def draw(self, side: int | None) -> torch.Tensor:
        """The pictures so far, up to a StyleGAN2 resolution."""
        latents = replace(self._start, f=self.f, w_plus=self.w_plus, noise=tuple(self.noise))
        return synthesize(self._model, latents, self.noise, largest_side=side)

    def look(self) -> torch.Tensor:
        """The pictures so far at full size, without what gradients need."""
        with torch.no_grad():
            return self.draw(None)

    def judge(self, picture: torch.Tensor) -> None:
        """Keep the variables of each picture that is better than all before."""
        with torch.no_grad():
            losses = self._losses(picture.detach())
            if not bool((losses.isfinite() | self._least.isfinite()).all()):
                raise StyleGANEXError("the start decodes to NaN; use float32 or encode again.")
            better = losses < self._least
            self._least = torch.where(better, losses, self._least)
            for kept, now in zip(self._kept, self._variables, strict=True):
                kept[better] = now[better]

    def step(self, picture: torch.Tensor, rate: float) -> float:
        """One step at a share of the peak rates; the loss before it, summed over the pictures."""
        loss = self._losses(picture).sum()
        if not math.isfinite(value := loss.item()):
            return value
        if self._settings.optimize_noise:
            loss = loss + noise_term(self.noise)
        loss.backward()
        for optimiser, own in self._optimisers:
            optimiser.step(self._settings.learning_rate * own * rate)
        if self._settings.optimize_noise:
            whiten_maps(self.noise)
        return value

    def best(self) -> Latents:
        """Each picture's best latents."""
        f, w_plus, *noise = self._kept
        return replace(self._start, f=f, w_plus=w_plus, noise=tuple(noise))

    def _losses(self, picture: torch.Tensor) -> torch.Tensor:
        pull = (self.w_plus - self._start.w_plus).square().mean(dim=(1, 2))
        distance = measure_distance(picture, self._goal, self._settings)
        return distance + self._settings.style_pull * pull


def _start_maps(model: Model, start: Latents, settings: OptimizeSettings) -> list[torch.Tensor]:
    """Noise maps [B, 1, h, w] for every layer; each picture's are those it would have alone."""
    rows = []
    for index in range(len(start.f)):
        random = torch.Generator().manual_seed(settings.seed)
        rows.append(start_noise(model, start[index], settings.optimize_noise, random))
    maps = [torch.cat([m.detach() for m in layer]) for layer in zip(*rows, strict=True)]
    return [m.requires_grad_(settings.optimize_noise) for m in maps]
