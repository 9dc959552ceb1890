"""The adversarial side of a training run: a discriminator, its optimiser and its steps."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from styleganex_core.networks import GeneratorConfig

from .discriminator import Discriminator, discriminator_loss, generator_loss, gradient_penalty
from .distributed import Ranks
from .precision import Precision

PENALTY_EVERY = 16  # steps
GAMMA = 1.0  # weight of R1
LARGEST_GRADIENT = 1e6  # norm; beyond it something broke


class Critic:
    """Judges windows of the generator's size, and learns to."""

    def __init__(
        self,
        config: GeneratorConfig,
        ranks: Ranks,
        rate: float,
        betas: tuple[float, float],
        seed: int,
    ) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(seed)
            self.module = Discriminator(config.size, config.channels).to(ranks.device)
        self.size = config.size
        self.shared = ranks.share(self.module)
        self.optimizer = torch.optim.Adam(self.module.parameters(), lr=rate, betas=betas)
        self.precision = Precision(ranks.device)

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
        self.module.requires_grad_(False)
        return generator_loss(self.module(self.window(made, place)))

    def train_step(
        self,
        made: torch.Tensor,
        real: torch.Tensor,
        place: tuple[float, float],
        step: int,
        weight: float,
    ) -> dict[str, torch.Tensor]:
        """One step on made and real pictures; the losses, `weight` included."""
        self.module.requires_grad_(True)
        made, real = (self.window(x.detach(), place) for x in (made, real))
        with self.precision.context():
            real_scores, fake_scores = self.shared(torch.cat([real, made])).chunk(2)
            terms = {"critic": weight * discriminator_loss(real_scores, fake_scores)}
        self._take(terms["critic"])
        if step % PENALTY_EVERY == 0:
            # In full precision: second derivatives overflow in half.
            penalty = gradient_penalty(self.shared, real)
            terms["penalty"] = GAMMA * PENALTY_EVERY * penalty
            self._take(terms["penalty"])
        return terms

    def _take(self, loss: torch.Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.precision.backward(loss)
        self.precision.step(self.optimizer, list(self.module.parameters()), LARGEST_GRADIENT)

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.precision.scaler.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's state."""
        self.module.load_state_dict(state["module"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.precision.scaler.load_state_dict(state["scaler"])
