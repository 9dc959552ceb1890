"""What a domain's generator minimises that draws real people by the photo model's skips.

Encoder and skips are the photo model's and rest, so that all its domains share them. Of renders the
truth is known; photos are drawn as the domain would draw them by filters (`data.abstraction`).
Pictures that are drawn without skips keep the domain of latents that have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from styleganex_core.images import to_pil
from styleganex_core.networks import Generator, Model

from ...portraits.people import from_levels
from ..data import JointBatch, JointData, step_random
from ..data.abstraction import draw_photos
from ..data.aligned import AlignedPortraits, Photos
from ..data.domain import TwinData, Twins
from ..data.people import warp_constant
from ..optim import Learner
from ..recipes.real import PHOTOS, RENDERS
from ..recipes.settings import DomainLosses, Phase, Recipe, expect
from ..run.ranks import Ranks
from . import MODEL, Turn
from .errors import psnr, pyramid_error
from .one_pass import Codes, OnePass
from .real import LARGEST_WEIGHT, OWN_SEED
from .real_figures import held_out_pictures
from .squeezenet import feature_distance

SIDE = 256  # px of the pictures
SHOWN = 8  # people on the sheet
CHUNK = 6  # pictures at once


class DomainObjective:
    """Pictures with skips and without, of photos and of renders; see `recipes.DomainLosses`."""

    def __init__(
        self,
        recipe: Recipe,
        photo: Model,
        start: Generator,
        network: nn.Module,
        device: torch.device | None = None,
        *,
        seed: int = 0,
    ) -> None:
        """`photo`: the model whose encoder and skips it is drawn by. `start`: the generator to go
        on from. `network`: whose features are compared.
        """
        device = device or torch.device("cpu")
        self.photo = photo.to(device).eval().requires_grad_(False)
        largest = recipe.optimisation.largest_gradient
        self.model = Learner(start.to(device), device, largest_gradient=largest)
        self.learners = {MODEL: self.model}
        self.network = network.to(device)
        self.one_pass = OnePass(self.photo, generator=start)
        self.style, self.seed = recipe.data.style, seed
        self.losses = DomainLosses()

    def begin(self, phase: Phase, data: JointData, *, number: int, fresh: bool) -> None:
        """Take over the phase's losses."""
        self.losses = expect(phase.losses, DomainLosses)

    def share(self, ranks: Ranks) -> None:
        """Nothing to do: one process alone."""

    def turns(self, batch: JointBatch, *, step: int, done: float) -> Iterator[Turn]:
        """One turn: the errors of the photos' and the renders' pictures."""
        random = step_random(self.seed + OWN_SEED, step)
        photos: Photos = batch[PHOTOS]
        twins: Twins = batch[RENDERS]
        truth, importance = twins.drawn.floats()
        seen = torch.cat([photos.image, from_levels(twins.seen.image)])
        wanted = torch.cat([draw_photos(self.style, photos.image), truth])
        places = torch.cat([photos.placement, twins.seen.placement])
        weight = torch.cat([photos.weight, importance.clamp_max(LARGEST_WEIGHT)])
        made = self.one_pass.draw(self.mix(self.find(seen), places, random))
        ends, weights = (len(photos), len(twins)), self.losses
        ours, drawn = (part.split(ends) for part in (made, wanted))
        importance = weight.split(ends)
        looks = feature_distance(self.network, made, wanted).split(ends)
        yield Turn(
            MODEL,
            {
                "pixel": weights.pixel * pyramid_error(ours[0], drawn[0], importance[0]),
                "perceptual": weights.perceptual * (looks[0] * photos.sharpness).mean(),
                "renders": weights.pixel * pyramid_error(ours[1], drawn[1], importance[1])
                + weights.perceptual * looks[1].mean(),
            },
        )

    @torch.no_grad()
    def find(self, pictures: torch.Tensor) -> Codes:
        """What the photo model's encoder finds."""
        return self.one_pass.encode(pictures)

    def mix(self, found: Codes, places: torch.Tensor, random: torch.Generator) -> Codes:
        """Some of the pictures without skips, and some of these with the moved constant for `f`."""
        draws = torch.rand(2, len(found.f), generator=random).to(found.f.device)
        skips = draws[0] < self.losses.skips_used
        own = skips | (draws[1] < self.losses.features_used)
        cells = (found.f.shape[-2], found.f.shape[-1])
        home = warp_constant(self.photo.generator.dense_constant(), places, cells)
        return replace(found, f=torch.where(own[:, None, None, None], found.f, home), skips=skips)

    @torch.no_grad()
    def measure(self, average: nn.Module, data: JointData, sheet: Path) -> dict[str, float]:
        """PSNR in dB of renders that were not trained on against their truth, with skips and
        without (`f_psnr`), and of people's photos against what the filters draw (`face_psnr`).

        The sheet shows a person a row: the photo, the filters' picture, with skips, without.
        """
        assert isinstance(average, Generator)
        one_pass = OnePass(self.photo, generator=average.eval())
        twins, source = data.sources[RENDERS], data.sources[PHOTOS]
        assert isinstance(twins, TwinData) and isinstance(source, AlignedPortraits)
        renders = twins.held_out
        truth = from_levels(renders.drawn.image)
        made, plain = self._draw_both(one_pass, from_levels(renders.seen.image))
        photos = held_out_pictures(source, SIDE)[:SHOWN]
        wanted = draw_photos(self.style, photos)
        ours, without = self._draw_both(one_pass, photos)
        rows = [torch.cat(list(column), dim=1) for column in (photos, wanted, ours, without)]
        to_pil(torch.cat(rows, dim=2)[None]).save(sheet)
        return {
            "psnr": psnr(made, truth),
            "f_psnr": psnr(plain, truth),
            "face_psnr": psnr(ours, wanted),
        }

    def _draw_both(
        self, one_pass: OnePass, pictures: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The domain's pictures with skips and without, on the CPU."""
        with_skips, without = [], []
        for part in pictures.split(CHUNK):
            codes = one_pass.encode(part.to(self.photo.device))
            with_skips.append(one_pass.draw(codes).clamp(-1, 1).cpu())
            off = replace(codes, skips=~codes.skips)
            without.append(one_pass.draw(off).clamp(-1, 1).cpu())
        return torch.cat(with_skips), torch.cat(without)
