"""What every task gives, and the noise that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from ..datatypes import Latents
from ..decode.render import draw_noise
from ..networks import Model


@dataclass(frozen=True)
class Note:
    """A sentence on an input: what was done to it, or what may be wrong with it.

    `picture` is the input's place in the batch, None where the sentence is about all of them.
    """

    text: str
    picture: int | None = None

    def __str__(self) -> str:
        return self.text if self.picture is None else f"Picture {self.picture}: {self.text}"


@dataclass(frozen=True)
class TaskResult:
    """The latents of a task, ready to decode or edit.

    `seen` [B, C, H, W]: what the encoder was given, one per input.
    """

    latents: Latents
    seen: torch.Tensor
    notes: tuple[Note, ...] = ()


def keep_noise(model: Model, latents: Latents, seeds: list[int]) -> Latents:
    """The latents with fresh Gaussian noise maps of their own.

    Picture i has those of seed i, and the seeds repeat; a single seed serves all pictures. Kept,
    because whatever is decoded after an edit then has the same texture.
    """
    height, width = latents.f.shape[-2:]
    draws = [draw_noise(model, (height, width), seed) for seed in seeds]
    repeats = latents.batch // len(seeds) if len(seeds) > 1 else 1
    maps = (torch.cat(layer).repeat(repeats, 1, 1, 1) for layer in zip(*draws, strict=True))
    return replace(latents, noise=tuple(layer.to(latents.f) for layer in maps))
