"""What the task models minimise: the losses of the paper and, on renders, the truth.

Convention: pictures are [B, 3, H, W] in -1..1; every term is a number, its weight included, and a
mean over the batch, so that the parts of a batch in several processes average to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core import losses
from styleganex_core.networks import Encoder, Model
from styleganex_core.networks.encoder import STEM, Taps
from styleganex_core.networks.fusion import FUSION_TAPS
from styleganex_core.networks.generator import Fuse
from styleganex_core.networks.identity import IdentityNetwork

from ..data.augment import warp_affine
from ..data.batch import TaskBatch
from ..optim import HalfCopy
from ..recipes.settings import Losses, Phase, Recipe, expect
from ..start.models import copy_encoder
from . import Terms
from .errors import shrink_to

FIRST_INJECTED_SLOT = 8  # slots from here on hold the style of sketches and masks
TEACHER_TAPS = (STEM, 2, 6, 20, 23)  # what the teacher's features are compared at
FIRST_TAUGHT_PHOTO_TAP = 6  # skips of photos above it may carry more than the teacher's do
LAST_BLOCK = 23
STILL_SHARE = 0.5  # of the training that runs without the flicker loss
RAMP = 4.0  # how fast the flicker loss then rises: full at three quarters
IDENTITY_SIDE = 256  # px


@dataclass(frozen=True)
class Judges:
    """Frozen networks that judge pictures; absent ones are replaced or left out.

    `perceptual`: LPIPS or SqueezeNet's features, one distance for each pair of pictures; without
    it the multi-scale loss stands in. `identity`: ArcFace; without it there is no identity term.
    """

    perceptual: nn.Module | None = None
    identity: IdentityNetwork | None = None

    def to(self, device: torch.device) -> Judges:
        for network in (self.perceptual, self.identity):
            if network is not None:
                network.to(device)
        return self


class TaskNetwork(nn.Module):
    """The trained model with everything its losses need; `forward` gives the picture and terms."""

    def __init__(
        self, recipe: Recipe, model: Model, half_copy: HalfCopy | None, judges: Judges | None = None
    ) -> None:
        super().__init__()
        self.recipe, self.model, self.half_copy = recipe, model, half_copy
        self.weights = Losses()
        self.judges = judges or Judges()
        # In a list: a module's parameters would be trained, saved and counted with its own.
        taught = "teacher" in recipe.uses
        self._teacher: list[Encoder] = [copy_encoder(model)] if taught else []
        self._spreads: dict[int, torch.Tensor] = {}
        self.spread = _feature_spread(model)

    def begin(self, phase: Phase, some: torch.Tensor) -> None:
        """Make ready for a phase; `some` targets [N, 3, h, w] tell how far features spread."""
        self.weights = expect(phase.losses, Losses)
        if self.weights.teacher:
            with torch.no_grad():
                taps = self._teacher[0].extract_taps(some)
            self._spreads = {
                tap: taps[tap].var(dim=(0, 2, 3), keepdim=True) + 1e-4 for tap in TEACHER_TAPS
            }

    def working_model(self) -> Model:
        """The model to run, or its half-precision copy with the same weights."""
        model = self.model
        if self.half_copy is not None:
            copied = self.half_copy.refresh(False)
            assert isinstance(copied, Model)
            model = copied
        model.eval()
        if self.recipe.networks.train_statistics:
            model.require_encoder().train()
        stem = model.require_encoder().label_stem
        if stem is not None and any(p.requires_grad for p in stem.parameters()):
            stem.train()  # a new front end gathers its own
        return model

    def forward(self, batch: TaskBatch, done: float = 0.0) -> tuple[torch.Tensor | None, Terms]:
        """The picture [B, 3, H, W] (None in phases that draw none) and the weighted losses.

        `done`: share of the whole training, for the terms that grow.
        """
        model, weights = self.working_model(), self.weights
        last_block = LAST_BLOCK if weights.teacher else FUSION_TAPS[0]
        f, taps = self._encode(model, batch.x, batch.own_statistics, last_block)
        terms: Terms = {}
        if weights.teacher:
            terms["teacher"] = weights.teacher * self._teacher_loss(taps, batch)
        if weights.features and batch.f is not None:
            error = (f.float() - batch.f).square().mean() / self.spread
            terms["features"] = weights.features * error
        if weights.styles and batch.w_true is not None and batch.style is not None:
            found = encode_styles(model, self._in_precision(batch.style), batch.own_statistics)
            wanted = batch.w_true[:, None]
            due = (wanted - self.model.latent_avg).square().mean().detach()
            terms["styles"] = weights.styles * (found - wanted).square().mean() / due
        if not weights.drawn:
            return None, terms
        w_plus = self._choose_styles(model, batch)
        made = draw(model, f, w_plus, taps, batch.edit)
        terms |= self._picture_losses(made, batch, w_plus)
        growth = min(1.0, RAMP * (done - STILL_SHARE))
        if weights.flicker and growth > 0 and batch.motion is not None:
            f, taps = self._encode(model, warp_affine(batch.x, batch.motion), batch.own_statistics)
            again = draw(model, f, w_plus, taps, batch.edit)
            error = (again - warp_affine(made, batch.motion)).square().mean()
            terms["flicker"] = weights.flicker * growth * error
        return made, terms

    def find_styles(self, model: Model, style: torch.Tensor) -> torch.Tensor:
        """The styles [B, L, D] of style pictures, on the CPU; `model`: from `working_model`."""
        return encode_styles(model, self._in_precision(style.to(model.device))).cpu()

    def _encode(
        self, model: Model, x: torch.Tensor, own: bool, last_block: int = FUSION_TAPS[0]
    ) -> tuple[torch.Tensor, Taps]:
        encoder = model.require_encoder()
        taps = encoder.extract_taps(self._in_precision(x), own, last_block=last_block)
        return encoder.first_layer_feature(taps), taps

    def _in_precision(self, x: torch.Tensor) -> torch.Tensor:
        return x.bfloat16() if self.half_copy is not None else x

    def _choose_styles(self, model: Model, batch: TaskBatch) -> torch.Tensor:
        """The styles [B, L, D] before any edit."""
        slots, source = model.num_slots, self.weights.styles_from
        if source == "truth" and batch.w_true is not None:
            return batch.w_true[:, None].expand(-1, slots, -1)
        if source == "start" and batch.w_plus is not None:
            w_plus = batch.w_plus
        else:
            style = batch.x if batch.style is None else batch.style
            w_plus = encode_styles(model, self._in_precision(style), batch.own_statistics)
        if not self.recipe.label_channels:
            return w_plus
        if batch.w_late is not None:
            late = batch.w_late[:, None].expand(-1, slots, -1)
        else:
            assert batch.style_target is not None
            target = self._in_precision(batch.style_target)
            late = encode_styles(model, target, batch.own_statistics)
        first = FIRST_INJECTED_SLOT
        return torch.cat([w_plus[:, :first], late[:, first:]], dim=1)

    def _picture_losses(self, made: torch.Tensor, batch: TaskBatch, w_plus: torch.Tensor) -> Terms:
        weights, y = self.weights, batch.y
        terms: Terms = {}
        if weights.pixel:
            gap = (made - y).square()
            if batch.weight is not None and weights.importance:
                mean = batch.weight.mean(dim=(1, 2), keepdim=True)
                gap = gap * (batch.weight / mean)[:, None]
            terms["pixel"] = weights.pixel * gap.mean()
        if weights.perceptual:
            compare = self.judges.perceptual or losses.multiscale_loss
            ours, theirs = made, y
            if weights.perceptual_side:
                sides = (weights.perceptual_side, weights.perceptual_side)
                ours, theirs = (F.adaptive_avg_pool2d(x, sides) for x in (made, y))
            terms["perceptual"] = weights.perceptual * compare(ours, theirs).mean()
        if weights.style_norm:
            norm = losses.style_norm_loss(w_plus, self.model.latent_avg)
            terms["style_norm"] = weights.style_norm * norm.mean()
        if weights.identity and self.judges.identity is not None:
            terms["identity"] = weights.identity * identity_loss(self.judges.identity, made, y)
        return terms

    def _teacher_loss(self, taps: Taps, batch: TaskBatch) -> torch.Tensor:
        """How far the input's features are from those that the first encoder has of the target."""
        with torch.no_grad():
            picture = shrink_to(batch.y, batch.x)
            wanted = self._teacher[0].extract_taps(picture, batch.own_statistics)
        first = STEM if self.recipe.label_channels else FIRST_TAUGHT_PHOTO_TAP
        errors = [
            ((taps[tap].float() - wanted[tap]).square() / self._spreads[tap]).mean()
            for tap in TEACHER_TAPS
            if tap >= first
        ]
        return torch.stack(errors).sum()


def identity_loss(
    network: IdentityNetwork, made: torch.Tensor, wanted: torch.Tensor
) -> torch.Tensor:
    """The mean of `1 - cos` between the identities in two batches of pictures."""
    sides = (IDENTITY_SIDE, IDENTITY_SIDE)
    ours, theirs = (network.embed(F.adaptive_avg_pool2d(x, sides)) for x in (made, wanted))
    return (1 - (ours * theirs).sum(dim=1)).mean()


def _feature_spread(model: Model) -> torch.Tensor:
    constant = model.generator.constant.detach()
    return (constant - constant.mean(dim=(0, 2, 3), keepdim=True)).square().mean()


def encode_styles(model: Model, style: torch.Tensor, own_statistics: bool = False) -> torch.Tensor:
    """The styles [B, L, D] of style pictures, float32."""
    encoder = model.require_encoder()
    offsets = encoder.style_offsets(encoder.extract_taps(style, own_statistics))
    return offsets.float() + model.latent_avg.float()


@torch.no_grad()
def find_late_styles(model: Model, pictures: torch.Tensor) -> torch.Tensor:
    """One style [B, D] for the late slots of each picture [B, 3, h, w], on the CPU."""
    w_plus = encode_styles(model, pictures.to(model.device))
    return w_plus[:, FIRST_INJECTED_SLOT:].mean(dim=1).cpu()


def draw(
    model: Model,
    f: torch.Tensor,
    w_plus: torch.Tensor,
    taps: Taps,
    edit: torch.Tensor | None = None,
) -> torch.Tensor:
    """The picture of latents with the model's skip fusions, without noise; float32.

    `edit` [B, L, D] is added to the styles and opens the gates.
    """
    if edit is not None:
        w_plus = w_plus + edit
    return model.generator(f, w_plus.float(), fuse=_fuser(model, taps, edit)).float()


def _fuser(model: Model, taps: Taps, edit: torch.Tensor | None) -> Fuse:
    def fuse(step: int, x: torch.Tensor, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if step >= model.active_fusions:
            return x, rgb
        label = None if edit is None else edit[:, 2 * step + 1].to(x.dtype)
        return model.fusions[step](x, rgb, taps[FUSION_TAPS[step]], label)

    return fuse
