"""What a whole model at its task minimises, or a generator alone; with an adversary or without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from styleganex_core.networks import Model

from ..data.batch import TaskBatch, TaskData, prepare_input
from ..optim import Learner
from ..recipes.settings import Losses, Phase, Recipe, expect
from ..run.ranks import Ranks
from ..start.colour_skip import fit_colour_skip
from . import MODEL, Turn
from .adversary import DISCRIMINATOR, Adversary, GeneratorNetwork, show_samples
from .forward import measure_task
from .losses import Judges, TaskNetwork

FITTED_SKIP = 48  # pictures that a colour skip is first fitted to
SPREAD_OVER = 16  # pictures that tell how far features spread
CHUNK = 8  # pictures encoded at once


class TaskObjective:
    """The losses of the paper and, on renders, the truth; see `recipes.Losses`."""

    def __init__(
        self, recipe: Recipe, model: Model, judges: Judges | None = None, *, seed: int = 0
    ) -> None:
        """`judges`: networks for perceptual and identity losses. `seed`: of the discriminator's
        first weights.
        """
        self.recipe = recipe
        whole = recipe.task != "generator"
        self.model = Learner(
            model,
            model.device,
            largest_gradient=recipe.optimisation.largest_gradient,
            half=recipe.half and whole,  # the discriminator needs full precision on a CPU
        )
        self.learners = {MODEL: self.model}
        self.network: TaskNetwork | GeneratorNetwork = GeneratorNetwork(model)
        if whole:
            judges = judges and judges.to(model.device)
            self.network = TaskNetwork(recipe, model, self.model.half_copy, judges)
        self.shared: nn.Module = self.network
        self.losses = Losses()
        self.adversary = None
        if "adversarial" in recipe.uses:
            self.adversary = Adversary(
                model.config.generator,
                model.device,
                rate=recipe.phases[-1].rate,
                betas=recipe.optimisation.discriminator_betas,
                seed=seed,
            )
            self.learners[DISCRIMINATOR] = self.adversary.learner

    def begin(self, phase: Phase, data: TaskData, *, number: int, fresh: bool) -> None:
        """Take over the phase's losses; fit a colour skip and find styles, where it begins so."""
        self.losses = expect(phase.losses, Losses)
        if isinstance(self.network, TaskNetwork):
            few = torch.arange(min(SPREAD_OVER, len(data.source)))
            self.network.begin(phase, data.source.pick(few).y.to(self.network.model.device))
        if fresh and number == 0 and self.recipe.networks.fit_rgb:
            self._fit_skip(data)
        if fresh:
            start = self.losses.styles_from == "start"
            data.source.w_plus = self._find_styles(data) if start else None

    def share(self, ranks: Ranks) -> None:
        """Run the networks by several processes."""
        self.shared = ranks.share(self.network)
        if self.adversary is not None:
            self.adversary.share(ranks)

    def turns(self, batch: TaskBatch, *, step: int, done: float) -> Iterator[Turn]:
        """The model's turn and, where it has an adversary, the discriminator's."""
        made, terms = self.shared(batch, done)
        weight, adversary = self.losses.adversarial, self.adversary
        if weight and adversary is not None and made is not None:
            terms["adversarial"] = weight * adversary.judge(made, batch.window)
        yield Turn(MODEL, terms)
        if weight and adversary is not None and made is not None:
            yield from adversary.turns(made, batch.y, batch.window, step=step, weight=weight)

    def measure(self, average: nn.Module, data: TaskData, sheet: Path) -> dict[str, float]:
        """PSNR in dB of results and inputs; of generators only samples, to look at."""
        assert isinstance(average, Model)
        if self.recipe.task == "generator":
            show_samples(average, sheet)
            return {}
        return measure_task(self.recipe, average, data.held_out, sheet)

    def _fit_skip(self, data: TaskData) -> None:
        def pick(index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            batch = data.source.pick(index)
            return prepare_input(self.recipe, batch.x, data.ratio), batch.y

        fit_colour_skip(self.network.model, pick, min(FITTED_SKIP, len(data.source)))

    @torch.no_grad()
    def _find_styles(self, data: TaskData) -> torch.Tensor:
        """The styles of all pictures as the model finds them now, [N, L, D]."""
        assert isinstance(self.network, TaskNetwork)
        model = self.network.working_model().eval()
        parts = []
        for index in torch.arange(len(data.source)).split(CHUNK):
            x = prepare_input(self.recipe, data.source.pick(index).x, data.ratio)
            parts.append(self.network.find_styles(model, data.source.style_picture(index, x)))
        return torch.cat(parts)
