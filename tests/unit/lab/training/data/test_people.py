"""Rendered people of a phase: the same for a seed, pairs kept together, held-out ones apart."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_lab.portraits.people import attributes_of
from styleganex_lab.training import RECIPES
from styleganex_lab.training.data.people import PeopleData

RECIPE = RECIPES["photo-start"]
PHASE = replace(RECIPE.phases[0], batch=4, pictures=replace(RECIPE.phases[0].pictures, count=8))


def whole(batch: int) -> slice:
    return slice(0, batch)


def test_a_seed_says_all():
    data, again, other = (PeopleData(RECIPE, seed=seed) for seed in (1, 1, 2))
    for one in (data, again, other):
        one.begin(PHASE, 0)
    batches = [one.draw(PHASE, seed=1, step=3, rows=whole) for one in (data, again, other)]
    assert torch.equal(batches[0].image, batches[1].image)
    assert not torch.equal(batches[0].image, batches[2].image)
    assert not torch.equal(data.pictures.z[:8], data.held_out.z[:8])


def test_pairs_differ_in_one_attribute_and_stay_together():
    data = PeopleData(RECIPE)
    data.begin(PHASE, 0)
    z = data.draw(PHASE, seed=0, step=0, rows=whole).z
    assert ((z[1::2] != z[0::2]).sum(dim=1) == 1).all()


def test_people_may_have_another_generators_noise():
    data = PeopleData(RECIPE, style_dim=40)
    data.begin(PHASE, 0)
    assert data.pictures.z.shape == (8, 40) and attributes_of(data.pictures.z).isfinite().all()
