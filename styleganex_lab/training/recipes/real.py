"""How a model learns real people: photos and renders in every batch, skips that edits can close.

Photos teach what people look like; pairs of renders that differ in one attribute keep the edits,
because only of renders the truth is known.
"""

from __future__ import annotations

from dataclasses import replace

from .demo import DEMO_ENCODER, DEMO_GENERATOR, DEMO_RECIPES
from .settings import (
    Crops,
    DataSettings,
    DomainLosses,
    Networks,
    Optimisation,
    Part,
    Phase,
    Portraits,
    RealLosses,
    Recipe,
)

PHOTOS, PAIRS, RENDERS = "photos", "pairs", "renders"  # the sources of a batch
SKIPS = 5  # fusions, up to that of 64 px

# Widened from the bundled rendered model, whose styles fill the first 64 numbers.
REAL_GENERATOR = replace(DEMO_GENERATOR, style_dim=128, channels=(96, 96, 96, 96, 64, 48, 24))
REAL_ENCODER = replace(
    DEMO_ENCODER,
    style_dim=128,
    feature_channels=96,
    widths=(24, 48, 112, 144),
    head_width=112,
)

_REAL = Phase(
    steps=8000,
    batch=10,
    rate=2e-3,
    last_rate=5e-5,
    warm_up=100,
    # The mapping is that of the renders; a render has no noise to explain.
    learns=(
        ("generator.", 1.0),
        ("generator.mapping.", 0.0),
        ("*.noise_strength", 0.0),
        ("encoder.", 0.4),
        ("fusions.", 0.4),
        *((f"fusions.{number}.gate.", 1.0) for number in range(SKIPS)),
    ),
    pictures=(
        Part(PHOTOS, Crops(256, 256), 6),
        Part(PAIRS, Portraits(side=256, pairs=True, jitter=True, count=2048), 4),
    ),
    losses=RealLosses(),
)

_REAL_RECIPE = Recipe(
    "real",
    "real",
    (_REAL,),
    networks=Networks(
        generator=REAL_GENERATOR,
        encoder=REAL_ENCODER,
        skips=SKIPS,
        gate_layers=1,
        train_statistics=False,
    ),
    data=DataSettings(side=256, affine=0.35, mirror=0.5),
    optimisation=Optimisation("adam", betas=(0.5, 0.99), decay=0.998, largest_gradient=5.0),
    save_every=250,
    half=True,
)


def _as_wide(domain: Recipe) -> Recipe:
    """A domain of the wide generator, trained as that of the bundled one was: on renders."""
    networks = replace(domain.networks, generator=REAL_GENERATOR, encoder=REAL_ENCODER)
    return replace(domain, name=f"real-{domain.name}", networks=networks)


# On from a domain of renders: it learns to draw real people with the photo model's skips, which
# rest, and so do what styles and places mean.
_DRAWN = Phase(
    steps=900,
    batch=6,
    rate=4e-3,
    last_rate=1e-4,
    learns=(("", 1.0), ("mapping.", 0.0), ("constant", 0.0), ("*.noise_strength", 0.0)),
    pictures=(
        Part(PHOTOS, Crops(256, 256), 4),
        Part(RENDERS, Portraits(side=256, moved=0.3, jitter=True, count=512), 2),
    ),
    losses=DomainLosses(),
)


def _with_people(domain: Recipe) -> Recipe:
    """A domain of the wide generator, on photos as that domain would draw them and on renders."""
    return replace(
        domain,
        name=f"{domain.name}-people",
        task="domain",
        phases=(_DRAWN,),
        data=replace(domain.data, side=256, affine=0.35, mirror=0.5),
        optimisation=replace(domain.optimisation, decay=0.99, largest_gradient=5.0),
        save_every=100,
        half=False,
    )


_DOMAINS = tuple(_as_wide(recipe) for recipe in DEMO_RECIPES if recipe.name in ("toon", "ink"))

REAL_RECIPES = (
    _REAL_RECIPE,
    # On from trained weights: half the rate, so that the first steps undo little.
    replace(
        _REAL_RECIPE,
        name="real-more",
        phases=(replace(_REAL, steps=2000, rate=1e-3, last_rate=2e-5),),
        needs_start=True,
    ),
    *_DOMAINS,
    *(_with_people(recipe) for recipe in _DOMAINS),
)
