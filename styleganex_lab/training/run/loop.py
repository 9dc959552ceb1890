"""The training loop: the same result whether or not it was interrupted.

Everything random comes from the seed and the step's number, so a checkpoint needs only weights,
moving averages, optimisers and what a phase found when it began.
"""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..data import Data
from ..objectives import MODEL, Objective
from ..objectives.adversary import DISCRIMINATOR
from ..optim import set_gains
from ..recipes.settings import Phase, Recipe
from .ranks import Ranks
from .report import Report
from .state import fitting, read_state, write_state

CHECKPOINT = "checkpoint.pt"
SAMPLES = "samples.png"

_log = logging.getLogger(__name__)


def train(
    recipe: Recipe,
    objective: Objective,
    data: Data,
    out: Path,
    *,
    ranks: Ranks | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> nn.Module:
    """The moving average of the trained model; checkpoint, curve and samples go to `out`.

    Goes on from `out`'s checkpoint when there is one. `ranks`: this process among others; alone by
    default. `progress(step, of, losses in words)` is called after each step. `stop_at` ends early,
    after that step and a checkpoint.
    """
    ranks = ranks or Ranks(objective.learners[MODEL].device)
    if ranks.main:
        out.mkdir(parents=True, exist_ok=True)
    run = Run(recipe, objective, data, out, ranks=ranks, seed=seed)
    run.resume()
    first = 0
    for number, phase in enumerate(recipe.phases):
        last = first + phase.steps
        if run.step < last:
            run.begin(phase, number, fresh=run.step == first)
            while run.step < last:
                run.train_step(run.step - first)
                if progress and ranks.main:
                    progress(run.step, recipe.steps, _words(run.report.means()))
                stop = stop_at is not None and run.step >= stop_at
                if ranks.main and (run.step % recipe.save_every == 0 or run.step == last or stop):
                    run.save()
                if stop:
                    return run.average
        first = last
    return run.average


class Run:
    """What changes from step to step."""

    def __init__(
        self,
        recipe: Recipe,
        objective: Objective,
        data: Data,
        out: Path,
        *,
        ranks: Ranks,
        seed: int = 0,
    ) -> None:
        self.recipe, self.objective, self.data, self.out = recipe, objective, data, out
        self.ranks, self.seed = ranks, seed
        self.model = objective.learners[MODEL]
        self.average = copy.deepcopy(self.model.module).requires_grad_(False)
        self.step = 0
        self.begun = False  # whether this process has begun a phase yet
        self.saved: dict[str, Any] = {}

    def begin(self, phase: Phase, number: int, *, fresh: bool) -> None:
        """Make ready for a phase; `fresh`: it begins now and does not go on from a checkpoint."""
        self.phase, module = phase, self.model.module
        continuous = self.recipe.optimisation.continuous
        self.data.begin(phase, number)
        self.objective.begin(phase, self.data, number=number, fresh=fresh)
        if fresh and not (continuous and self.step):
            self.average.load_state_dict(module.state_dict())
        gains = set_gains(module, phase.learns)
        if not (continuous and self.begun):
            self.model.learn(gains, self.recipe.optimisation)
            if self.saved and (continuous or not fresh):
                self.model.resume(self.saved)
            self.saved = {}
        for key, parameter in module.named_parameters():
            if phase.rests and key.startswith(phase.rests):
                parameter.requires_grad_(False)
        self.objective.share(self.ranks)
        self.report = Report(self.out, phase.batch)
        self.begun = True

    def train_step(self, steps: int) -> None:
        """One step, of which `steps` were taken in the phase before."""
        self.model.set_rate(_rate(self.phase, steps))
        batch = self.data.draw(self.phase, seed=self.seed, step=self.step, rows=self.ranks.rows)
        batch = batch.to(self.model.device)
        done = self.step / self.recipe.steps
        turns = self.objective.turns(batch, step=self.step, done=done)
        terms: dict[str, torch.Tensor] = {}
        while True:
            with self.model.precision.context():
                turn = next(turns, None)
            if turn is None:
                break
            loss = torch.stack(list(turn.terms.values())).sum()
            if not self.objective.learners[turn.learner].take_step(loss):
                _log.warning(
                    "step %d of the %s had no finite gradient and was left out.",
                    self.step + 1,
                    turn.learner,
                )
            terms |= turn.terms
        self.step += 1
        self.report.add(self.ranks.mean(terms))
        decay = min(self.recipe.optimisation.decay, (1 + self.step) / (10 + self.step))
        follow_average(self.average, self.model.module, decay)

    @torch.no_grad()
    def save(self) -> None:
        """Measure, write a line of the curve, a sample sheet and the checkpoint."""
        quality = self.objective.measure(self.average, self.data, self.out / SAMPLES)
        _log.info("%s", self.report.write(self.step, quality))
        others = {
            name: learner.state()
            for name, learner in self.objective.learners.items()
            if name != MODEL
        }
        state = {
            "step": self.step,
            **self.model.state(),
            "average": self.average.state_dict(),
            "learners": others,
            "data": self.data.state(),
        }
        write_state(self.out / CHECKPOINT, state)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        path = self.out / CHECKPOINT
        if path.is_file():
            state = read_state(path, "step", "module", "average", device=self.ranks.device)
            with fitting(path):
                self._take_over(state)
        if self.ranks.main:
            Report(self.out, 1).cut(self.step)

    def _take_over(self, state: Any) -> None:
        self.step = state["step"]
        self.model.module.load_state_dict(state["module"])
        self.average.load_state_dict(state["average"])
        # Runs that version 0.1.0 began have other names for the last two.
        others = state.get("learners") or {DISCRIMINATOR: state.get("critic")}
        for name, learner in self.objective.learners.items():
            if name != MODEL:
                learner.module.load_state_dict(others[name]["module"])
                learner.resume(others[name])
        self.data.resume(state.get("data", state.get("styles")))
        self.saved = state


def _words(means: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in means.items())


def _rate(phase: Phase, steps: int) -> float:
    """Half a cosine from the phase's first rate to its last, after a linear rise."""
    done = steps / phase.steps
    fall = phase.last_rate + (phase.rate - phase.last_rate) * (1 + math.cos(math.pi * done)) / 2
    return fall * min(1.0, (steps + 1) / phase.warm_up)


@torch.no_grad()
def follow_average(average: nn.Module, module: nn.Module, decay: float) -> None:
    """Move a module's average, which keeps the share `decay` of itself, towards the module."""
    for mean, new in zip(average.state_dict().values(), module.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(new, 1 - decay)
        else:
            mean.copy_(new)
