"""What a model minimises that learns real people and keeps its edits.

Every batch holds photos and pairs of renders that differ in one attribute. The second of a pair is
drawn with the first one's `f` and skips and with its own styles, so that what is edited comes from
styles alone; the edit vector tells the gates where skips must not pass. On photos nobody knows what
an edit should look like, but the model itself draws one without skips, which teaches the one with
skips. Gates are taught directly too, by where an edit changes shapes (`gates.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from styleganex_core.networks import Model
from styleganex_core.networks.precision import use_channels_last

from ..data import JointBatch, step_random
from ..data.aligned import Photos, RealData
from ..data.people import CELL, Pictures, warp_constant
from ..optim import Learner
from ..optim.half_precision import is_half_fast, mask_unseen_taps
from ..recipes.real import PAIRS, PHOTOS
from ..recipes.settings import Crops, Phase, RealLosses, Recipe, expect
from ..run.ranks import Ranks
from ..start.styles import styles_of_renders
from . import MODEL, Terms, Turn
from .errors import pyramid_error, share_missed
from .one_pass import Codes, OnePass, find_open_px, gate_error
from .real_figures import measure_real
from .squeezenet import feature_distance

LARGEST_WEIGHT = 4.0  # of px of renders, whose features weigh ten times as much as the rest
CHANGED_WEIGHT, FULL_CHANGE = 5.0, 0.25  # of px that the edit changes; the change that counts full
OWN_SEED = 104_729  # the objective draws other numbers than its data


class RealObjective:
    """Pictures, features, changes and styles; see `recipes.RealLosses`."""

    def __init__(
        self,
        recipe: Recipe,
        model: Model,
        network: nn.Module,
        *,
        seed: int = 0,
        compiled: bool = False,
    ) -> None:
        """`network`: whose features are compared. `compiled`: by torch.compile, which takes
        minutes before the first step.
        """
        self.recipe, self.seed = recipe, seed
        largest = recipe.optimisation.largest_gradient
        self.model = Learner(model, model.device, largest_gradient=largest)
        self.learners = {MODEL: self.model}
        self.network = network.to(model.device)
        self.one_pass = OnePass(model, compiled=compiled)
        self.compare, self.distance = pyramid_error, feature_distance
        if compiled:
            self.compare = torch.compile(pyramid_error, dynamic=False)
            self.distance = torch.compile(feature_distance, dynamic=False)
        self.losses = RealLosses()
        self.half, self.side, self.masked = False, 0, False

    def begin(self, phase: Phase, data: RealData, *, number: int, fresh: bool) -> None:
        """Take over the phase's losses; find out which precision is fast, where it is unknown."""
        self.losses = expect(phase.losses, RealLosses)
        assert isinstance(phase.pictures, tuple)
        crops = next(part.pictures for part in phase.pictures if part.source == PHOTOS)
        self.side = expect(crops, Crops).smallest
        if data.half is None:
            data.half = is_half_fast(self.model.device)
        self.half = data.half and self.model.device.type == "cpu"
        if self.half:
            use_channels_last(self.model.module)
            use_channels_last(self.network)
            self.one_pass.layout = torch.channels_last

    def share(self, ranks: Ranks) -> None:
        """One process alone; in bfloat16 gradients that nobody wrote are left out from now on."""
        if self.half and not self.masked:
            module, picture = self.model.module, torch.zeros(1, 3, self.side, self.side)
            assert isinstance(module, Model)
            one_pass = OnePass(module)
            mask_unseen_taps(module, lambda: one_pass.draw(one_pass.encode(picture)))
            self.masked = True

    def turns(self, batch: JointBatch, *, step: int, done: float) -> Iterator[Turn]:
        """The model's turn."""
        random = step_random(self.seed + OWN_SEED, step)
        with self.precision():
            terms = self.find_terms(batch[PHOTOS], batch[PAIRS], random)
        yield Turn(MODEL, terms)

    def precision(self) -> AbstractContextManager[object]:
        """Within it, the networks run in what was found to be fast on a CPU."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.half)

    def find_terms(self, photos: Photos, pairs: Pictures, random: torch.Generator) -> Terms:
        """The weighted losses of a batch."""
        weights, count, model = self.losses, len(photos), self.model.module
        assert isinstance(model, Model)
        renders, importance = pairs.floats()
        wanted = torch.cat([photos.image, renders])
        cells = (wanted.shape[-2] // CELL, wanted.shape[-1] // CELL)
        found = self.one_pass.encode(wanted)
        places = torch.cat([photos.placement, pairs.placement])
        home = warp_constant(model.generator.dense_constant(), places, cells)
        with torch.no_grad(), torch.autocast(self.model.device.type, enabled=False):
            truth = styles_of_renders(model.generator, pairs.z)[:, None]
            truth = truth.expand(-1, model.num_slots, -1)
        edit = truth[1::2] - truth[0::2]
        mixed = self.mix(found, home, count, random)
        codes = self.plan(mixed, truth, edit, count, random)
        edited = len(codes.f) - len(wanted)  # photos that are drawn with an edit as well
        taught = self.teach(mixed, edit[:edited])

        made, gates = self.one_pass.draw_with_gates(codes)
        ends = (count, len(pairs), edited)
        ours, drawn, changed = made.split(ends)
        target = (photos.image[:edited] + taught).clamp(-1, 1)
        looks = self.distance(self.network, made, torch.cat([wanted, target])).split(ends)
        got, due = drawn[1::2] - drawn[0::2], renders[1::2] - renders[0::2]
        wanted_gates = torch.cat([_open_px_of_pairs(due, count), find_open_px(taught)])
        importance = _weigh_changes(importance, due)
        drawn_error = weights.renders * self.compare(drawn, renders, importance)
        edit_error = weights.edits * share_missed(changed - ours[:edited].detach(), taught)
        return {
            "pixel": weights.pixel * self.compare(ours, photos.image, photos.weight),
            "perceptual": weights.perceptual * (looks[0] * photos.sharpness).mean(),
            "renders": drawn_error + weights.renders_perceptual * looks[1].mean(),
            "change": weights.change * share_missed(got, due),
            "edits": edit_error + weights.edits_perceptual * looks[2].mean(),
            "gates": weights.gates * gate_error(gates, wanted_gates, codes.gated),
            "styles": weights.styles * (found.w_plus[count:] - truth).square().mean(),
            "features": weights.features * (found.f - home)[:count].square().mean(),
        }

    def mix(self, found: Codes, home: torch.Tensor, photos: int, random: torch.Generator) -> Codes:
        """What was found, in random pictures with the moved constant for `f` or without skips.

        The first photos, which are edited too, keep both; renders always pass their gates.
        """
        weights, edited = self.losses, min(photos, (len(found.f) - photos) // 2)
        draws = torch.rand(3, len(found.f), generator=random).to(home.device)
        own, skips, gated = (
            draw < chance
            for draw, chance in zip(
                draws, (weights.features_used, weights.skips_used, weights.gated), strict=True
            )
        )
        for flags in (own, skips, gated):
            flags[:edited] = True
        gated[photos:] = True
        f = home + own[:, None, None, None] * (found.f - home)
        return replace(found, f=f, skips=skips, gated=gated)

    def plan(
        self,
        found: Codes,
        truth: torch.Tensor,
        edit: torch.Tensor,
        photos: int,
        random: torch.Generator,
    ) -> Codes:
        """What to draw: all photos, both of each pair from the first one's `f` and skips, and as
        many photos as there are pairs with the pairs' edits.
        """
        device, pairs = found.f.device, len(edit)
        edited = min(photos, pairs)
        first = photos + 2 * torch.arange(pairs, device=device)
        ours = torch.arange(photos, device=device)
        codes = found.pick(torch.cat([ours, first.repeat_interleave(2), ours[:edited]]))
        known = torch.rand(pairs, 1, 1, generator=random).to(device) < self.losses.true_styles
        one = torch.where(known, truth[0::2], found.w_plus[first])
        both = torch.stack([one, one + edit], dim=1).flatten(0, 1)
        nothing = torch.zeros_like(edit)
        label = torch.stack([nothing, edit], dim=1).flatten(0, 1)
        w_plus = found.w_plus[:photos]
        return replace(
            codes,
            w_plus=torch.cat([w_plus, both, w_plus[:edited] + edit[:edited]]),
            edit=torch.cat([torch.zeros_like(w_plus), label, edit[:edited]]),
        )

    @torch.no_grad()
    def teach(self, found: Codes, edit: torch.Tensor) -> torch.Tensor:
        """What an edit changes in the first photos, drawn without skips, [N, 3, H, W]."""
        count = len(edit)
        twice = found.pick(torch.arange(count, device=found.f.device).repeat(2))
        styles = torch.cat([twice.w_plus[:count], twice.w_plus[count:] + edit])
        off = torch.zeros_like(twice.skips)
        before, after = self.one_pass.draw(replace(twice, w_plus=styles, skips=off)).chunk(2)
        return after - before

    def measure(self, average: nn.Module, data: RealData, sheet: Path) -> dict[str, float]:
        """Figures of people who are never trained on, and a sheet of some of them."""
        assert isinstance(average, Model)
        with self.precision():
            return measure_real(average, data, self.side, sheet)


def _open_px_of_pairs(due: torch.Tensor, photos: int) -> torch.Tensor:
    """The openness wanted of unedited photos and of pairs, [photos + 2N, 1, h, w]: only in a pair's
    second is anything changed, by `due` [N, 3, H, W].
    """
    second = find_open_px(due)
    both = torch.stack([torch.ones_like(second), second], dim=1).flatten(0, 1)
    return torch.cat([both.new_ones(photos, *both.shape[1:]), both])


def _weigh_changes(importance: torch.Tensor, due: torch.Tensor) -> torch.Tensor:
    """Weights [2N, H, W] of pairs of renders; in the second what changed counts more."""
    importance = importance.clamp_max(LARGEST_WEIGHT)
    changed = (due.abs().mean(dim=1) / FULL_CHANGE).clamp_max(1.0)
    both = torch.stack([torch.zeros_like(changed), changed], dim=1).flatten(0, 1)
    return importance * (1 + CHANGED_WEIGHT * both)
