"""The same rendered people as photos and as a domain draws them."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_lab.training import RECIPES
from styleganex_lab.training.data.domain import TwinData
from styleganex_lab.training.recipes.settings import Phase, Portraits

SMALL = Phase(
    steps=1, batch=4, pictures=Portraits(side=32, cells=(8, 8), moved=0.5, jitter=True, count=6)
)


def _slice(count: int) -> slice:
    return slice(0, count)


def test_twins_are_the_same_people_in_the_same_places() -> None:
    recipe = RECIPES["real-ink-people"]
    data = TwinData(recipe, seed=3)
    data.begin(SMALL, 0)
    twins = data.draw(SMALL, seed=1, step=5, rows=_slice)
    assert len(twins) == len(twins.seen) == 4
    for part in ("z", "placement", "weight"):
        assert torch.equal(getattr(twins.seen, part), getattr(twins.drawn, part)), part
    seen, drawn = (one.image.float() for one in (twins.seen, twins.drawn))
    assert (seen - drawn).abs().mean() > 10
    assert (seen.mean(dim=1, keepdim=True) - seen).abs().max() > 20, "photos have colours"
    assert not torch.equal(twins.drawn.z, data.held_out.drawn.z[:4])


def test_the_style_is_the_recipes() -> None:
    recipe = RECIPES["real-toon-people"]
    toon = TwinData(recipe, seed=3)
    ink = TwinData(replace(recipe, data=replace(recipe.data, style="ink")), seed=3)
    for data in (toon, ink):
        data.begin(SMALL, 0)
    a, b = (data.draw(SMALL, seed=1, step=5, rows=_slice) for data in (toon, ink))
    assert torch.equal(a.seen.image, b.seen.image)
    assert not torch.equal(a.drawn.image, b.drawn.image)
