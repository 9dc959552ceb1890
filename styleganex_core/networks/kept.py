"""Features of the last picture, kept so that an edit computes only what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from ..datatypes import Latents
from . import Model
from .generator import State

MOST_BYTES = 128 * 2**20  # of features
SAME_STYLES = 1e-4  # what adding an edit and taking it away again may change in a style


@dataclass(frozen=True)
class Unedited:
    """What a model drew of latents before an edit: `plain` without optional skips, `exact` with."""

    model: Model
    latents: Latents
    largest_side: int | None
    plain: torch.Tensor
    exact: torch.Tensor

    def is_of(self, model: Model, latents: Latents, largest_side: int | None) -> bool:
        """Whether these latents, which are unedited, would be drawn alike."""
        before, styles = self.latents, latents.w_plus
        return (
            self.model is model
            and self.plain.device == model.device
            and self.plain.dtype == torch.promote_types(model.dtype, torch.float32)
            and self.largest_side == largest_side
            and before.size == latents.size
            and all(one is other for one, other in _parts(before, latents))
            and before.w_plus.shape == styles.shape
            and bool((before.w_plus - styles.to(before.w_plus)).abs().max() < SAME_STYLES)
        )


@dataclass(frozen=True)
class Pooled:
    """Noise maps brought to the sizes that they are drawn at, and what they were made of."""

    sources: Sequence[torch.Tensor]
    maps: list[torch.Tensor]

    def is_of(self, sources: Sequence[torch.Tensor], shapes: Sequence[tuple[int, int]]) -> bool:
        """Whether these maps at these sizes would be the same; their values must not change."""
        return (
            len(self.sources) == len(sources)
            and all(one is other for one, other in zip(self.sources, sources, strict=True))
            and [tuple(noise_map.shape[-2:]) for noise_map in self.maps] == list(shapes)
        )


@dataclass
class KeptFeatures:
    """The first states of the generator for the latents that were drawn last.

    Valid for latents that share `f`, skips and noise with them (the same tensors, as an edit
    leaves them) and the styles of the first slots. Give one to `decode_preview` again and again;
    it holds one picture's states, 128 MB at most. Only for drawing without gradients, one thread
    at a time, with the same choice of noise; the model's weights must not change meanwhile.
    """

    model: Model | None = None
    latents: Latents | None = None
    states: list[State] = field(default_factory=list)
    unedited: Unedited | None = None
    pooled: Pooled | None = None
    seen: object | None = None  # whatever was seen on the unedited pictures

    def find(self, model: Model, latents: Latents) -> list[State]:
        """The states that are right for these latents too; `Generator.forward` adds the others."""
        count = 0
        if self.latents is not None and self.model is model and self._is_here(model):
            count = _count_shared(model, self.latents, latents)
        self.states = self.states[:count]
        self.model, self.latents = model, latents
        return self.states

    def trim(self) -> None:
        """Drop the finished picture and features too large to keep."""
        self.states.pop()
        while sum(_bytes(state) for state in self.states) > MOST_BYTES:
            self.states.pop()

    def clear(self) -> None:
        """Drop everything."""
        self.model, self.latents, self.states, self.unedited = None, None, [], None
        self.pooled, self.seen = None, None

    def _is_here(self, model: Model) -> bool:
        return all(x.device == model.device and x.dtype == model.dtype for x, _ in self.states)


def _count_shared(model: Model, before: Latents, now: Latents) -> int:
    """How many states two latents share: state k depends on the slots up to 2 k + 1."""
    if not all(one is other for one, other in _parts(before, now)):
        return 0
    changed = _changed_slots(before.w_plus, now.w_plus)
    most = len(changed)
    if now.skips and any(fusion.gate is not None for fusion in model.fusions):
        if before.edit is not None and now.edit is not None:
            changed = changed | _changed_slots(before.edit, now.edit)
        elif before.edit is not now.edit:
            most = 1  # gates look at the edit before every step, and stay open without one
    first = int(changed.int().argmax()) if bool(changed.any()) else len(changed)
    return min(most, first // 2)


def _changed_slots(before: torch.Tensor, now: torch.Tensor) -> torch.Tensor:
    """Which slots of styles [B or 1, L, D] differ, [L]."""
    if before.shape != now.shape:
        return torch.ones(now.shape[1], dtype=torch.bool)
    return (before != now.to(before)).any(dim=2).any(dim=0)


def _parts(before: Latents, now: Latents) -> list[tuple[object, object]]:
    """What an edit leaves as it was: `f`, skips and noise of both."""
    return [(before.f, now.f), *_pairs(before.skips, now.skips), *_pairs(before.noise, now.noise)]


def _pairs(
    before: tuple[torch.Tensor, ...] | None, now: tuple[torch.Tensor, ...] | None
) -> list[tuple[object, object]]:
    if before is None or now is None or len(before) != len(now):
        return [(before, now)]
    return list(zip(before, now, strict=True))


def _bytes(state: State) -> int:
    return sum(t.untyped_storage().nbytes() for t in state)
