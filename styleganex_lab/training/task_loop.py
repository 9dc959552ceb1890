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

from styleganex_core.networks import Model

from .critic import Critic
from .distributed import Ranks
from .gan import GeneratorNetwork, show_samples
from .muon import Muon
from .precision import Precision
from .ranger import Ranger
from .report import Report
from .skip_start import start_rgb_skip
from .task_forward import encode_styles
from .task_measure import measure_task
from .task_objective import Judges, TaskNetwork
from .task_plan import TaskData, degrade, make_batch, plan_step
from .task_settings import Phase, TaskRecipe
from .task_start import set_gains

CHECKPOINT = "checkpoint.pt"
SAMPLES = "samples.png"
FITTED_SKIP = 48  # pictures that a colour skip is first fitted to
SPREAD_OVER = 16  # pictures that tell how far features spread
CHUNK = 8  # pictures encoded at once
LARGEST_GRADIENT = 1.0  # norm

_log = logging.getLogger(__name__)


def train_task(
    recipe: TaskRecipe,
    model: Model,
    data: TaskData,
    held_out: TaskData,
    out: Path,
    *,
    judges: Judges | None = None,
    ranks: Ranks | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> Model:
    """The moving average of the trained model; checkpoint, curve and samples go to `out`.

    Goes on from `out`'s checkpoint when there is one. `judges`: networks for perceptual and
    identity losses. `ranks`: this process among others; alone by default. `progress(step, of,
    losses in words)` is called after each step. `stop_at` ends early, after that step and a
    checkpoint.
    """
    ranks = ranks or Ranks(model.device)
    if ranks.main:
        out.mkdir(parents=True, exist_ok=True)
    run = _Run(recipe, model, data, held_out, out, judges, ranks, seed)
    run.resume()
    first = 0
    for number, phase in enumerate(recipe.phases):
        last = first + phase.steps
        if run.step < last:
            run.begin(phase, number, run.step == first)
            while run.step < last:
                run.train_step((run.step - first) / phase.steps, run.step - first)
                if progress and ranks.main:
                    progress(run.step, recipe.steps, _words(run.report.means()))
                stop = stop_at is not None and run.step >= stop_at
                if ranks.main and (run.step % recipe.save_every == 0 or run.step == last or stop):
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
        judges: Judges | None,
        ranks: Ranks,
        seed: int,
    ) -> None:
        self.recipe, self.model, self.seed, self.out = recipe, model, seed, out
        self.data, self.held_out, self.ranks = data, held_out, ranks
        if recipe.task == "generator":
            self.network = GeneratorNetwork(recipe, model)
        else:
            self.network = TaskNetwork(recipe, model, judges and judges.to(ranks.device))
        self.average = copy.deepcopy(model).requires_grad_(False)
        self.precision = Precision(ranks.device)
        self.step = 0
        self.saved: dict[str, Any] = {}
        self.critic = None
        if any(phase.losses.adversarial for phase in recipe.phases):
            rate, betas = recipe.phases[-1].rate, recipe.critic_betas
            self.critic = Critic(model.config.generator, ranks, rate, betas, seed)

    def begin(self, phase: Phase, number: int, fresh: bool) -> None:
        """Make ready for a phase; `fresh`: it begins now and does not go on from a checkpoint."""
        self.phase, recipe, data = phase, self.recipe, self.data
        self.rows = self.ranks.rows(phase.batch)
        some = data.pick(torch.arange(min(SPREAD_OVER, len(data)))).y
        self.network.begin(phase, some.to(self.model.device))
        self.report = Report(self.out, phase.batch)
        if fresh and number == 0 and recipe.fit_rgb:
            start_rgb_skip(self.model, self._pick_pair, min(FITTED_SKIP, len(data)))
        if fresh:
            self.average.load_state_dict(self.model.state_dict())
            data.w_plus = self._find_styles() if phase.styles_from == "start" else None
        named = dict(self.model.named_parameters())
        groups: dict[float, list[nn.Parameter]] = {}
        for key, gain in set_gains(self.model, phase.learns).items():
            groups.setdefault(gain, []).append(named[key])
        self.learning = [parameter for group in groups.values() for parameter in group]
        self.optimizer = _make_optimizer(
            recipe, [{"params": group, "gain": gain} for gain, group in groups.items()]
        )
        self.shared = self.ranks.share(self.network)
        if not fresh:
            self.optimizer.load_state_dict(self.saved["optimizer"])
            self.precision.scaler.load_state_dict(self.saved["scaler"])
        self.report.start()

    def train_step(self, done: float, steps: int) -> None:
        """One step; `done`: share of the phase, `steps` of it so far."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["gain"] * _rate(self.phase, done, steps)
        plan = plan_step(self.recipe, self.phase, self.data, seed=self.seed, step=self.step)
        batch = make_batch(self.recipe, self.data, plan.rows(self.rows), self.model.ratio)
        batch = batch.to(self.model.device)
        weight = self.phase.losses.adversarial if self.critic is not None else 0.0
        self.optimizer.zero_grad(set_to_none=True)
        with self.precision.context():
            made, terms = self.shared(batch, self.step / self.recipe.steps)
            if weight and made is not None and self.critic is not None:
                terms["adversarial"] = weight * self.critic.judge(made, plan.window)
        self.precision.backward(torch.stack(list(terms.values())).sum())
        for copied in self.network.half_copy:
            copied.return_gradients()
        if not self.precision.step(self.optimizer, self.learning, LARGEST_GRADIENT):
            _log.warning("step %d had no finite gradient and was left out.", self.step + 1)
        if weight and made is not None and self.critic is not None:
            terms |= self.critic.train_step(made, batch.y, plan.window, self.step, weight)
        self.step += 1
        self.report.add(self.ranks.mean(terms))
        decay = min(self.recipe.decay, (1 + self.step) / (10 + self.step))
        _follow(self.average, self.model, decay)

    def save(self) -> None:
        """Measure, write a line of the curve, a sample sheet and the checkpoint."""
        quality = {}
        if self.recipe.task == "generator":
            show_samples(self.average, self.out / SAMPLES)
        else:
            quality = measure_task(self.recipe, self.average, self.held_out, self.out / SAMPLES)
        _log.info("%s", self.report.write(self.step, quality))
        state = {
            "step": self.step,
            "module": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.precision.scaler.state_dict(),
            "critic": None if self.critic is None else self.critic.state(),
            "styles": self.data.w_plus,
        }
        aside = self.out / (CHECKPOINT + ".new")  # a kill leaves the old checkpoint whole
        torch.save(state, aside)
        aside.replace(self.out / CHECKPOINT)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        path = self.out / CHECKPOINT
        if path.is_file():
            state = torch.load(path, weights_only=True, map_location=self.ranks.device)
            self.step = state["step"]
            self.model.load_state_dict(state["module"])
            self.average.load_state_dict(state["average"])
            if self.critic is not None:
                self.critic.resume(state["critic"])
            self.data.w_plus = state["styles"]
            self.saved = state
        if self.ranks.main:
            Report(self.out, 1).cut(self.step)

    def _pick_pair(self, index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        batch = self.data.pick(index)
        return self._degrade(batch.x), batch.y

    def _degrade(self, x: torch.Tensor) -> torch.Tensor:
        factor = self.recipe.factors[0] if self.recipe.factors else 1
        return degrade(self.recipe, x, factor, self.model.ratio)

    @torch.no_grad()
    def _find_styles(self) -> torch.Tensor:
        """The styles of all pictures as the model finds them now, [N, L, D]."""
        assert isinstance(self.network, TaskNetwork)
        model = self.network.working_model().eval()
        dtype = torch.bfloat16 if self.network.half_copy else torch.float32
        parts = []
        for index in torch.arange(len(self.data)).split(CHUNK):
            x = self._degrade(self.data.pick(index).x)
            style = self.data.style_picture(index, x).to(model.device, dtype)
            parts.append(encode_styles(model, style).cpu())
        return torch.cat(parts)


def _make_optimizer(recipe: TaskRecipe, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    if recipe.optimizer == "muon":
        return Muon(groups, betas=recipe.betas)
    if recipe.optimizer == "ranger":
        return Ranger(groups)
    return torch.optim.Adam(groups, betas=recipe.betas)


def _words(means: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in means.items())


def _rate(phase: Phase, done: float, steps: int) -> float:
    """Half a cosine from the phase's first rate to its last, after a linear rise."""
    fall = phase.last_rate + (phase.rate - phase.last_rate) * (1 + math.cos(math.pi * done)) / 2
    return fall * min(1.0, (steps + 1) / phase.warm_up)


@torch.no_grad()
def _follow(average: nn.Module, module: nn.Module, decay: float) -> None:
    for mean, new in zip(average.state_dict().values(), module.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(new, 1 - decay)
        else:
            mean.copy_(new)
