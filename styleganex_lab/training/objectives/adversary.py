"""A generator against pictures: the discriminator, its turns, and the generator's own network.

Source: StyleGAN2. A domain keeps mapping and constant, so that styles and edits stay valid.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from styleganex_core.images import to_pil
from styleganex_core.networks import GeneratorConfig, Model

from ..data.batch import TaskBatch
from ..optim import Learner
from ..run.ranks import Ranks
from . import Terms, Turn
from .discriminator import Discriminator, discriminator_loss, generator_loss, gradient_penalty

DISCRIMINATOR = "discriminator"  # the learner's name
PENALTY_EVERY = 16  # steps
GAMMA = 1.0  # weight of R1
LARGEST_GRADIENT = 1e6  # norm; beyond it something broke
SHOWN = 12  # samples on a sheet
SHEET_COLUMNS = 6
SHEET_SEED = 20_001


class Adversary:
    """A discriminator that looks at windows of the generator's size, and how it learns."""

    def __init__(
        self,
        config: GeneratorConfig,
        device: torch.device,
        *,
        rate: float,
        betas: tuple[float, float],
        seed: int,
    ) -> None:
        """`rate`, `betas`: of its Adam; `seed`: of its first weights."""
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(seed)
            module = Discriminator(config.size, config.channels).to(device)
        self.size = config.size
        self.shared: nn.Module = module
        self.learner = Learner(module, device, largest_gradient=LARGEST_GRADIENT)
        self.learner.use(torch.optim.Adam(module.parameters(), lr=rate, betas=betas))

    def share(self, ranks: Ranks) -> None:
        """Learn by several processes."""
        self.shared = ranks.share(self.learner.module.requires_grad_(True))

    def window(self, image: torch.Tensor, place: tuple[float, float]) -> torch.Tensor:
        """A square of the discriminator's size, at `place` (0..1 down and across) of pictures.

        Smaller pictures are enlarged to it.
        """
        height, width = image.shape[-2:]
        if min(height, width) < self.size:
            grown = max(self.size / height, self.size / width)
            size = (max(self.size, round(height * grown)), max(self.size, round(width * grown)))
            image = nn.functional.interpolate(image, size, mode="bilinear", antialias=True)
            height, width = size
        top, left = (
            round(share * (whole - self.size))
            for share, whole in zip(place, (height, width), strict=True)
        )
        return image[..., top : top + self.size, left : left + self.size]

    def judge(self, made: torch.Tensor, place: tuple[float, float]) -> torch.Tensor:
        """What the generator minimises: how easily its pictures [B, 3, H, W] are told."""
        self.learner.module.requires_grad_(False)
        return generator_loss(self.learner.module(self.window(made, place)))

    def turns(
        self,
        made: torch.Tensor,
        real: torch.Tensor,
        place: tuple[float, float],
        *,
        step: int,
        weight: float,
    ) -> Iterator[Turn]:
        """Its own turns on made and real pictures; `weight` is included in the first's loss."""
        self.learner.module.requires_grad_(True)
        made, real = (self.window(x.detach(), place) for x in (made, real))
        real_scores, fake_scores = self.shared(torch.cat([real, made])).chunk(2)
        loss = weight * discriminator_loss(real_scores, fake_scores)
        yield Turn(DISCRIMINATOR, {"discriminator": loss})
        if step % PENALTY_EVERY == 0:
            # In full precision: second derivatives overflow in half.
            with torch.autocast(real.device.type, enabled=False):
                penalty = gradient_penalty(self.shared, real)
            yield Turn(DISCRIMINATOR, {"penalty": GAMMA * PENALTY_EVERY * penalty})


class GeneratorNetwork(nn.Module):
    """The generator of a model; what its pictures are worth the adversary says."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: TaskBatch, done: float = 0.0) -> tuple[torch.Tensor, Terms]:
        """Pictures [B, 3, S, S] of the batch's seeds; no losses of its own.

        From a random slot on the styles are another person's, so that neighbouring slots do not
        come to depend on each other.
        """
        generator, assigned = self.model.generator, batch.seeds
        assert assigned is not None
        sources = [torch.Generator().manual_seed(seed) for seed in assigned.tolist()]
        slots = self.model.num_slots

        def draw_all(*shape: int) -> torch.Tensor:
            return torch.stack([torch.randn(*shape, generator=s) for s in sources]).to(batch.x)

        z = draw_all(2, self.model.style_dim)
        cross = [int(torch.randint(1, slots + 1, (), generator=source)) for source in sources]
        first, second = (generator.mapping(noise)[:, None] for noise in z.unbind(1))
        early = torch.arange(slots)[None] < torch.tensor(cross)[:, None]
        w_plus = torch.where(early[:, :, None].to(z.device), first, second)
        f = generator.constant.expand(len(w_plus), -1, -1, -1)
        noise = [draw_all(1, side, side) for side in generator.layer_sides()]
        return generator(f, w_plus, noise, dense=False).float(), {}


@torch.no_grad()
def show_samples(model: Model, sheet: Path) -> None:
    """Write a picture of samples, the same people each time."""
    generator = model.generator
    z = torch.randn(SHOWN, model.style_dim, generator=torch.Generator().manual_seed(SHEET_SEED)).to(
        model.device
    )
    w_plus = generator.mapping(z)[:, None].expand(-1, model.num_slots, -1)
    f = generator.constant.expand(SHOWN, -1, -1, -1)
    made = generator(f, w_plus, dense=False).float().clamp(-1, 1).cpu()
    rows = [torch.cat(list(row), dim=2) for row in made.split(SHEET_COLUMNS)]
    to_pil(torch.cat(rows, dim=1)[None]).save(sheet)
