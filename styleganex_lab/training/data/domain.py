"""What a domain learns from: rendered people in two styles, and photos of real ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from ..recipes.settings import Phase, Portraits, Recipe, expect
from . import Rows
from .people import PeopleData, Pictures

PHOTO = "photo"  # the style in which the encoder sees renders


@dataclass(frozen=True)
class Twins:
    """The same people twice: `seen` as photos, `drawn` in the domain's style."""

    seen: Pictures
    drawn: Pictures

    def __len__(self) -> int:
        return len(self.drawn)

    def to(self, device: torch.device) -> Twins:
        """The same on a device."""
        return Twins(self.seen.to(device), self.drawn.to(device))


class TwinData:
    """Rendered people in the recipe's style and as photos."""

    def __init__(self, recipe: Recipe, *, seed: int = 0) -> None:
        as_photos = replace(recipe, data=replace(recipe.data, style=PHOTO))
        self.seen, self.drawn = (PeopleData(one, seed=seed) for one in (as_photos, recipe))

    @property
    def held_out(self) -> Twins:
        """People who are only measured on."""
        assert self.seen.held_out is not None and self.drawn.held_out is not None
        return Twins(self.seen.held_out, self.drawn.held_out)

    def begin(self, phase: Phase, number: int) -> None:
        """Render the phase's pictures."""
        expect(phase.pictures, Portraits)
        for source in (self.seen, self.drawn):
            source.begin(phase, number)

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> Twins:
        """Some of the phase's people."""
        seen, drawn = (
            source.draw(phase, seed=seed, step=step, rows=rows)
            for source in (self.seen, self.drawn)
        )
        return Twins(seen, drawn)

    def state(self) -> None:
        """None: the seed says all."""

    def resume(self, state: None) -> None:
        """Nothing to go on from."""
