"""How the bundled rendered model and its domains are made: on renders, with truth."""

from __future__ import annotations

from dataclasses import replace

from styleganex_core.networks import EncoderConfig, GeneratorConfig

from .settings import (
    DataSettings,
    EncoderLosses,
    Networks,
    Optimisation,
    Phase,
    PortraitLosses,
    Portraits,
    Recipe,
)

DEMO_GENERATOR = GeneratorConfig(
    size=256, style_dim=64, channels=(80, 80, 80, 80, 48, 32, 16), mapping_layers=1
)
DEMO_ENCODER = EncoderConfig(
    num_slots=14,
    style_dim=64,
    feature_channels=80,
    stem_width=16,
    widths=(16, 32, 48, 64),
    squeezes=(4, 4, 4, 8),
    head_width=96,
    style_side=256,
    grouped_heads=True,
    mean_heads=True,
)
_NETWORKS = Networks(generator=DEMO_GENERATOR, encoder=DEMO_ENCODER)
_MUON = Optimisation("muon", decay=0.99, largest_gradient=None, continuous=True)

# The mapping is designed; a domain keeps the constant too. A render has no noise to explain.
_FROM_SCRATCH = (("", 1.0), ("mapping.", 0.0), ("*.noise_strength", 0.0))
_ON_FROM = (*_FROM_SCRATCH, ("constant", 0.0))
_CHANGE = 0.06  # weight of the change between the two of a pair
_PAIRS = PortraitLosses(change=_CHANGE)
_DENSE = PortraitLosses(change=_CHANGE, dense=True)

_SMALL = Phase(
    steps=6000,
    rate=2e-2,
    last_rate=4e-3,
    warm_up=1,
    learns=_FROM_SCRATCH,
    pictures=Portraits(side=32, pairs=True, count=12288),
    losses=_PAIRS,
)
_MIDDLE = Phase(
    steps=2400,
    rate=1.5e-2,
    last_rate=6e-3,
    warm_up=1,
    learns=_ON_FROM,
    pictures=Portraits(side=64, pairs=True, count=8192),
    losses=_PAIRS,
)
_AT_64 = Portraits(side=64, pairs=True, moved=0.7, count=8192)
_AT_128 = replace(_AT_64, side=128, count=2560)
_AT_256 = replace(_AT_64, side=256, count=640)
_MOVED = replace(_MIDDLE, rate=8e-3, last_rate=3e-3, pictures=_AT_64, losses=_DENSE)
_MOVED_128 = replace(_MOVED, steps=800, rate=6e-3, last_rate=2e-3, pictures=_AT_128)
_MOVED_256 = replace(
    _MOVED,
    steps=500,
    batch=4,
    rate=4e-3,
    last_rate=3e-4,
    pictures=_AT_256,
    losses=replace(_DENSE, absolute=0.3),
)
# On from the finished photo generator; the bundled one had been through a shorter run before.
_MORE = (
    replace(_MOVED, steps=7500, rate=6e-3, last_rate=1.5e-3, pictures=replace(_AT_64, count=20480)),
    replace(
        _MOVED_128, steps=2600, rate=4e-3, last_rate=1e-3, pictures=replace(_AT_128, count=7168)
    ),
    replace(
        _MOVED_256, steps=1500, rate=3e-3, last_rate=1.5e-4, pictures=replace(_AT_256, count=3072)
    ),
)
_DOMAIN = (
    replace(_MOVED, steps=2000, rate=1e-2),
    replace(_MOVED_128, steps=500),
    replace(_MOVED_256, steps=300, pictures=replace(_AT_256, count=1024)),
)

_SCENE = Phase(
    steps=1000,
    rate=1.5e-2,
    last_rate=3e-3,
    warm_up=1,
    learns=(("", 1.0),),
    pictures=Portraits(side=256, moved=0.5, jitter=True, texture=0.5, count=3072),
    losses=EncoderLosses(probe=True),
)
_FIRST_BLOCKS = ("encoder.stem.", *(f"encoder.blocks.{index}." for index in range(7)))
_FACES = Portraits(
    side=256,
    moved=0.25,
    jitter=True,
    texture=0.5,
    looks=("painting", "toon"),
    degraded=True,
    count=5120,
)
_HEADS = replace(
    _SCENE,
    steps=1600,
    batch=16,
    rate=6e-3,
    last_rate=4e-4,
    rests=_FIRST_BLOCKS,
    pictures=_FACES,
    losses=EncoderLosses(cached=True),
)
# What is little seen has been learned; now errors count by what they do to the picture.
_VISIBLE = replace(
    _HEADS,
    steps=1500,
    rate=2.5e-3,
    last_rate=1.5e-4,
    losses=EncoderLosses(cached=True, visible=20.0, feature=5.0),
)
# Held-out pictures stop gaining after some 500 steps on the same people: new ones come three times.
_VISIBLE_MORE = tuple(
    replace(
        _VISIBLE, steps=450, rate=rate, last_rate=last_rate, pictures=replace(_FACES, count=3072)
    )
    for rate, last_rate in ((2e-3, 1.2e-3), (1.2e-3, 5e-4), (5e-4, 1e-4))
)


def _portraits(name: str, phases: tuple[Phase, ...], style: str = "photo") -> Recipe:
    return Recipe(
        name,
        "portraits",
        phases,
        networks=_NETWORKS,
        data=DataSettings(style=style),
        optimisation=_MUON,
        save_every=200,
        half=True,
        needs_start=name != "photo-start",
    )


_ENCODER = Recipe(
    "encoder",
    "encoder",
    (_SCENE, _HEADS, _VISIBLE),
    networks=_NETWORKS,
    optimisation=_MUON,
    save_every=100,
    half=True,
    needs_start=True,
)

DEMO_RECIPES = (
    _portraits("photo-start", (_SMALL,)),
    _portraits("photo", (_MIDDLE, _MOVED, _MOVED_128, _MOVED_256)),
    _portraits("photo-more", _MORE),
    _portraits("toon", _DOMAIN, "toon"),
    _portraits("ink", _DOMAIN, "ink"),
    _ENCODER,
    replace(_ENCODER, name="encoder-more", phases=_VISIBLE_MORE, goes_on=True),
)
