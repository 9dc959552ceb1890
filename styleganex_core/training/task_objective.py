"""What the task models minimise: the losses of the paper and, on renders, the truth.

Convention: pictures are [B, 3, H, W] in -1..1; every term is a number, its weight included.
"""

from __future__ import annotations

import torch
from torch import nn

from .. import losses
from ..networks import Encoder, Model
from ..networks.encoder import STEM
from ..networks.fusion import FUSION_TAPS
from ..networks.generator import Fuse
from .half import HalfCopy
from .objectives import shrink_to
from .task_batch import TaskBatch
from .task_recipes import Phase, TaskRecipe
from .task_start import copy_encoder

TEACHER_TAPS = (STEM, 2, 6, 20, 23)  # what the teacher's features are compared at
LAST_BLOCK = 23
FIRST_INJECTED_SLOT = 8  # slots from here on hold the style of sketches and masks

Terms = dict[str, torch.Tensor]


class TaskNetwork(nn.Module):
    """The trained model with everything its losses need; `forward` gives the picture and terms."""

    def __init__(self, recipe: TaskRecipe, model: Model) -> None:
        super().__init__()
        self.recipe = recipe
        self.phase = recipe.phases[0]
        self.model = model
        self.half_copy = HalfCopy(model) if recipe.half and model.device.type == "cpu" else None
        # In a list: a module's parameters would be trained, saved and counted with its own.
        self._frozen: list[Encoder] = []
        self.spread = _feature_spread(model)

    def begin(self, phase: Phase) -> None:
        """Make ready for a phase."""
        self.phase = phase
        if phase.losses.teacher and not self._frozen:
            self._frozen.append(copy_encoder(self.model))

    def working_model(self) -> Model:
        """The model to run, or its half-precision copy with the same weights."""
        if self.half_copy is None:
            return self.model
        half = self.half_copy.refresh(False)
        assert isinstance(half, Model)
        return half

    def forward(self, batch: TaskBatch) -> tuple[torch.Tensor | None, Terms]:
        """The picture [B, 3, H, W] (None in phases that draw none) and the weighted losses."""
        model, weights = self.working_model(), self.phase.losses
        self._set_modes(model)
        dtype = torch.bfloat16 if self.half_copy is not None else batch.x.dtype
        encoder = model.require_encoder()
        last_block = LAST_BLOCK if weights.teacher or not self.phase.drawn else FUSION_TAPS[0]
        taps = encoder.extract_taps(batch.x.to(dtype), batch.own_statistics, last_block=last_block)
        f = encoder.first_layer_feature(taps)
        terms: Terms = {}
        if weights.teacher:
            terms["teacher"] = weights.teacher * self._teacher_loss(taps, batch)
        if weights.features and batch.f is not None:
            error = (f.float() - batch.f).square().mean() / self.spread
            terms["features"] = weights.features * error
        if not self.phase.drawn:
            return None, terms
        w_plus = self.find_styles(model, batch, dtype)
        made = draw(model, f, w_plus, taps, batch.edit)
        terms |= self._picture_losses(made, batch, w_plus)
        return made, terms

    def _set_modes(self, model: Model) -> None:
        """A new front end gathers its statistics; what is known keeps those it has."""
        model.eval()
        stem = model.require_encoder().label_stem
        if stem is not None and any(p.requires_grad for p in stem.parameters()):
            stem.train()

    def find_styles(self, model: Model, batch: TaskBatch, dtype: torch.dtype) -> torch.Tensor:
        """The styles [B, L, D] before any edit."""
        phase = self.phase
        if phase.styles_from == "truth" and batch.w_true is not None:
            return batch.w_true[:, None].expand(-1, model.num_slots, -1)
        if phase.styles_from == "start" and batch.w_plus is not None:
            w_plus = batch.w_plus
        else:
            style = batch.x if batch.style is None else batch.style
            w_plus = encode_styles(model, style.to(dtype), batch.own_statistics)
        if self.recipe.label_channels:
            late = self._late_styles(model, batch, dtype)
            w_plus = torch.cat(
                [w_plus[:, :FIRST_INJECTED_SLOT], late[:, FIRST_INJECTED_SLOT:]], dim=1
            )
        return w_plus

    def _late_styles(self, model: Model, batch: TaskBatch, dtype: torch.dtype) -> torch.Tensor:
        if batch.w_late is not None:
            return batch.w_late[:, None].expand(-1, model.num_slots, -1)
        target = batch.style_target
        assert target is not None
        return encode_styles(model, target.to(dtype), batch.own_statistics)

    def _picture_losses(self, made: torch.Tensor, batch: TaskBatch, w_plus: torch.Tensor) -> Terms:
        weights, y = self.phase.losses, batch.y
        terms: Terms = {}
        if weights.pixel:
            gap = (made - y).square()
            if batch.weight is not None and self.recipe.importance:
                gap = gap * (batch.weight / batch.weight.mean())[:, None]
            terms["pixel"] = weights.pixel * gap.mean()
        if weights.perceptual:
            terms["perceptual"] = weights.perceptual * losses.multiscale_loss(made, y).mean()
        if weights.style_norm:
            norm = losses.style_norm_loss(w_plus, self.model.latent_avg)
            terms["style_norm"] = weights.style_norm * norm.mean()
        return terms

    def _teacher_loss(self, taps: dict[int, torch.Tensor], batch: TaskBatch) -> torch.Tensor:
        """How far the input's features are from those that the first encoder has of the target."""
        picture = shrink_to(batch.y, batch.x)
        with torch.no_grad():
            wanted = self._frozen[0].extract_taps(picture)
        total = taps[LAST_BLOCK].new_zeros((), dtype=torch.float32)
        for tap in TEACHER_TAPS:
            if not self.recipe.label_channels and tap < FUSION_TAPS[4]:
                continue  # skips of photos are free to carry more than the teacher's
            spread = wanted[tap].var(dim=(0, 2, 3), keepdim=True) + 1e-4
            total = total + ((taps[tap].float() - wanted[tap]).square() / spread).mean()
        return total


def encode_styles(model: Model, style: torch.Tensor, own_statistics: bool = False) -> torch.Tensor:
    """The styles [B, L, D] of style pictures, float32."""
    encoder = model.require_encoder()
    offsets = encoder.style_offsets(encoder.extract_taps(style, own_statistics))
    return offsets.float() + model.latent_avg.float()


def draw(
    model: Model,
    f: torch.Tensor,
    w_plus: torch.Tensor,
    taps: dict[int, torch.Tensor],
    edit: torch.Tensor | None = None,
) -> torch.Tensor:
    """The picture of latents with the model's skip fusions, without noise; float32."""
    if edit is not None:
        w_plus = w_plus + edit
    made = model.generator(f, w_plus.float(), fuse=_fuser(model, taps, edit))
    return made.float()


def _fuser(model: Model, taps: dict[int, torch.Tensor], edit: torch.Tensor | None) -> Fuse:
    def fuse(step: int, x: torch.Tensor, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if step >= model.active_fusions:
            return x, rgb
        label = None if edit is None else edit[:, 2 * step + 1].to(x.dtype)
        return model.fusions[step](x, rgb, taps[FUSION_TAPS[step]], label)

    return fuse


def _feature_spread(model: Model) -> torch.Tensor:
    constant = model.generator.constant.detach()
    return (constant - constant.mean(dim=(0, 2, 3), keepdim=True)).square().mean()
