"""The training loop of the tasks: the same result whether or not it was interrupted.

Everything random comes from the seed and the step's number, so a checkpoint needs only weights,
moving averages, optimisers and the styles that a phase found when it began.
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

from ..networks import Model
from .muon import Muon
from .report import Report
from .skip_start import start_rgb_skip
from .style_heads import start_heads
from .task_measure import measure_task
from .task_objective import TaskNetwork, encode_styles
from .task_plan import TaskData, degrade, make_batch, plan_step
from .task_recipes import Phase, TaskRecipe
from .task_start import set_gains

CHECKPOINT = "checkpoint.pt"
SAMPLES = "samples.png"
FITTED = 384  # pictures that style heads and colour skips are first fitted to
CHUNK = 8  # pictures encoded at once
WARM_UP = 30  # steps in which the rate of a phase rises to its own
LARGEST_GRADIENT = 1.0  # norm
BETAS = (0.9, 0.99)

_log = logging.getLogger(__name__)


def train_task(
    recipe: TaskRecipe,
    model: Model,
    data: TaskData,
    held_out: TaskData,
    out: Path,
    *,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> Model:
    """The moving average of the trained model; checkpoint, curve and samples go to `out`.

    Goes on from `out`'s checkpoint when there is one. `progress(step, of, losses in words)` is
    called after each step. `stop_at` ends early, after that step and a checkpoint.
    """
    out.mkdir(parents=True, exist_ok=True)
    run = _Run(recipe, model, data, held_out, out, seed)
    run.resume()
    first = 0
    for number, phase in enumerate(recipe.phases):
        last = first + phase.steps
        if run.step < last:
            run.begin(phase, number, run.step == first)
            while run.step < last:
                run.train_step((run.step - first) / phase.steps, run.step - first)
                if progress:
                    progress(run.step, recipe.steps, _words(run.report.means()))
                stop = stop_at is not None and run.step >= stop_at
                if run.step % recipe.save_every == 0 or run.step == last or stop:
                    run.save()
                if stop:
                    return run.average
        first = last
    return run.average


class _Run:
    """What changes from step to step."""

    def __init__(
        self,
        recipe: TaskRecipe,
        model: Model,
        data: TaskData,
        held_out: TaskData,
        out: Path,
        seed: int,
    ) -> None:
        self.recipe, self.model, self.seed, self.out = recipe, model, seed, out
        self.data, self.held_out = data, held_out
        self.network = TaskNetwork(recipe, model)
        self.average = copy.deepcopy(model).requires_grad_(False)
        self.step = 0
        self.saved_optimizer: dict[str, Any] | None = None

    def begin(self, phase: Phase, number: int, fresh: bool) -> None:
        """Make ready for a phase; `fresh`: it begins now and does not go on from a checkpoint."""
        self.phase = phase
        self.network.begin(phase)
        self.report = Report(self.out, phase.batch)
        if fresh and self.step == 0 and self.recipe.fit_rgb:
            start_rgb_skip(self.model, self._pick_pair, min(FITTED // 8, len(self.data)))
        if fresh and phase.fit_heads:
            self._fit_heads()
        if fresh:
            self.average.load_state_dict(self.model.state_dict())
            self.data.w_plus = self._find_styles() if phase.styles_from == "start" else None
        named = dict(self.model.named_parameters())
        groups: dict[float, list[nn.Parameter]] = {}
        for key, gain in set_gains(self.model, phase.learns).items():
            groups.setdefault(gain, []).append(named[key])
        self.learning = [parameter for group in groups.values() for parameter in group]
        self.optimizer = _make_optimizer(
            self.recipe, [{"params": group, "gain": gain} for gain, group in groups.items()]
        )
        if not fresh and self.saved_optimizer is not None:
            self.optimizer.load_state_dict(self.saved_optimizer)
        self.report.start()

    def train_step(self, done: float, steps: int) -> None:
        """One step; `done`: share of the phase, `steps` of it so far."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["gain"] * _rate(self.phase, done, steps)
        plan = plan_step(self.recipe, self.phase, self.data, seed=self.seed, step=self.step)
        batch = make_batch(self.recipe, self.data, plan, self.model.ratio).to(self.model.device)
        self.optimizer.zero_grad(set_to_none=True)
        _, terms = self.network(batch)
        torch.stack(list(terms.values())).sum().backward()
        if self.network.half_copy is not None:
            self.network.half_copy.return_gradients()
        nn.utils.clip_grad_norm_(self.learning, LARGEST_GRADIENT)
        self.optimizer.step()
        self.step += 1
        self.report.add({name: term.detach() for name, term in terms.items()})
        _follow(
            self.average, self.model, min(self.recipe.decay, (1 + self.step) / (10 + self.step))
        )

    def save(self) -> None:
        """Measure, write a line of the curve, a sample sheet and the checkpoint."""
        quality = measure_task(self.recipe, self.average, self.held_out, self.out / SAMPLES)
        _log.info("%s", self.report.write(self.step, quality))
        state = {
            "step": self.step,
            "module": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "styles": self.data.w_plus,
        }
        aside = self.out / (CHECKPOINT + ".new")  # a kill leaves the old checkpoint whole
        torch.save(state, aside)
        aside.replace(self.out / CHECKPOINT)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        path = self.out / CHECKPOINT
        if path.is_file():
            state = torch.load(path, weights_only=True)
            self.step = state["step"]
            self.model.load_state_dict(state["module"])
            self.average.load_state_dict(state["average"])
            self.saved_optimizer = state["optimizer"]
            self.data.w_plus = state["styles"]
        Report(self.out, 1).cut(self.step)

    def _pick_pair(self, index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        batch = self.data.pick(index)
        return self._degrade(batch.x), batch.y

    def _degrade(self, x: torch.Tensor) -> torch.Tensor:
        factor = self.recipe.factors[0] if self.recipe.factors else 1
        return degrade(self.recipe, x, factor, self.model.ratio)

    @torch.no_grad()
    def _fit_heads(self) -> None:
        """Let the style heads find the truth in this task's inputs."""
        batch = self.data.pick(torch.arange(min(FITTED, len(self.data))))
        assert batch.w_true is not None, "heads are fitted to the truth of rendered pictures"
        offsets = batch.w_true - self.model.latent_avg[0]
        start_heads(self.model.require_encoder(), self._degrade(batch.x), offsets)

    @torch.no_grad()
    def _find_styles(self) -> torch.Tensor:
        """The styles of all pictures as the model finds them now, [N, L, D]."""
        working = self.network.working_model().eval()
        dtype = torch.float32 if self.network.half_copy is None else torch.bfloat16
        parts = []
        for index in torch.arange(len(self.data)).split(CHUNK):
            x = self._degrade(self.data.pick(index).x)
            parts.append(encode_styles(working, self.data.style_picture(index, x).to(dtype)))
        return torch.cat(parts)


def _make_optimizer(recipe: TaskRecipe, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    if recipe.optimizer == "muon":
        return Muon(groups, betas=BETAS)
    return torch.optim.Adam(groups, betas=BETAS)


def _words(means: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in means.items())


def _rate(phase: Phase, done: float, steps: int) -> float:
    """Half a cosine from the phase's first rate to its last, after a linear rise."""
    fall = phase.last_rate + (phase.rate - phase.last_rate) * (1 + math.cos(math.pi * done)) / 2
    return fall * min(1.0, (steps + 1) / WARM_UP)


@torch.no_grad()
def _follow(average: nn.Module, module: nn.Module, decay: float) -> None:
    for mean, new in zip(average.state_dict().values(), module.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(new, 1 - decay)
        else:
            mean.copy_(new)
