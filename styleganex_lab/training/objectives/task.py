"""What a whole model at its task minimises, or a generator alone; with an adversary or without.

Convention: pictures are [B, 3, H, W] in -1..1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.images import to_pil
from styleganex_core.networks import Model
from styleganex_core.networks.fusion import FUSION_TAPS

from ..data.batch import Source, TaskBatch, TaskData, prepare_input
from ..optim import Learner
from ..recipes.settings import Losses, Phase, Recipe, expect
from ..run.ranks import Ranks
from ..start.colour_skip import fit_colour_skip
from . import MODEL, Turn
from .adversary import DISCRIMINATOR, Adversary, GeneratorNetwork, show_samples
from .errors import psnr
from .losses import FIRST_INJECTED_SLOT, Judges, TaskNetwork, draw, encode_styles

FITTED_SKIP = 48  # pictures that a colour skip is first fitted to
SPREAD_OVER = 16  # pictures that tell how far features spread
ENCODED, RUN = 8, 4  # pictures at once
SHOWN = 6  # columns of a sample sheet


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
        for index in torch.arange(len(data.source)).split(ENCODED):
            x = prepare_input(self.recipe, data.source.pick(index).x, data.ratio)
            parts.append(self.network.find_styles(model, data.source.style_picture(index, x)))
        return torch.cat(parts)


@torch.no_grad()
def measure_task(
    recipe: Recipe, model: Model, source: Source, sheet: Path | None = None
) -> dict[str, float]:
    """PSNR in dB of results against their targets, and of inputs where they are pictures.

    `sheet`: where to write a picture of inputs, results and targets.
    """
    batch = source.pick(torch.arange(len(source)))
    x = prepare_input(recipe, batch.x, model.ratio)
    made = torch.cat([
        run_task(model, x[part], source.style_picture(part, x[part]), batch, part)
        for part in torch.arange(len(x)).split(RUN)
    ]).clamp(-1, 1)  # fmt: skip
    found = {"psnr": psnr(made, batch.y)}
    seen = _show(x, batch.y)
    if x.shape[1] == 3:
        found["input_psnr"] = psnr(seen, batch.y)
    if sheet is not None:
        rows = [torch.cat(list(part[:SHOWN]), dim=2) for part in (seen, made, batch.y)]
        to_pil(torch.cat(rows, dim=1)[None]).save(sheet)
    return found


def run_task(
    model: Model, x: torch.Tensor, style: torch.Tensor, batch: TaskBatch, part: torch.Tensor
) -> torch.Tensor:
    """What the model makes of whole inputs and style pictures, those of number `part`."""
    model.eval()
    encoder = model.require_encoder()
    x = x.to(model.device)
    taps = encoder.extract_taps(x, last_block=FUSION_TAPS[0])
    w_plus = encode_styles(model, style.to(model.device))
    if x.shape[1] != 3:
        late = _late(model, batch, part).to(w_plus)
        w_plus = torch.cat([w_plus[:, :FIRST_INJECTED_SLOT], late[:, FIRST_INJECTED_SLOT:]], dim=1)
    edit = None if batch.edit is None else batch.edit[part].to(w_plus)
    return draw(model, encoder.first_layer_feature(taps), w_plus, taps, edit).cpu()


def _late(model: Model, batch: TaskBatch, part: torch.Tensor) -> torch.Tensor:
    if batch.w_late is not None:
        return batch.w_late[part, None].expand(-1, model.num_slots, -1)
    assert batch.style_target is not None
    return encode_styles(model, batch.style_target[part].to(model.device))


def _show(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The input as a picture of the target's size."""
    if x.shape[1] == 1:
        x = x.expand(-1, 3, -1, -1) * 2 - 1
    elif x.shape[1] > 3:
        hue = torch.arange(x.shape[1]) * 2.4
        colours = torch.stack([(hue + shift).cos() for shift in (0.0, 2.1, 4.2)], dim=1)
        x = torch.einsum("bkhw,kc->bchw", x, colours * 0.8)
    if x.shape[-2:] == y.shape[-2:]:
        return x
    return F.interpolate(x, tuple(y.shape[-2:]), mode="bicubic", antialias=True).clamp(-1, 1)
