"""The paper's recipes, at full size on a user's photos, and StyleGAN2's own.

Source: docs/networks.md, "Training".
"""

from __future__ import annotations

from dataclasses import replace

from styleganex_core.networks import GeneratorConfig

from .demo import DEMO_GENERATOR
from .settings import Crops, DataSettings, Losses, Networks, Optimisation, Phase, Recipe, Task

# The numbers are the paper's or its code's.
_PAPER = Phase(100_000)
_WHOLE = Crops(256, 256)
_FROM_LABELS = replace(_PAPER, losses=Losses(style_norm=0.005))
_ADVERSARIAL = replace(_PAPER, batch=4, losses=Losses(adversarial=0.1))
_CHANGED = replace(_PAPER, batch=2, pictures=_WHOLE, losses=Losses(adversarial=0.1, flicker=30.0))
_CHANGED_NETWORKS = Networks(skips=7)


def _task(name: str, task: Task, phase: Phase, *, skips: int, **data: object) -> Recipe:
    settings = replace(DataSettings(), **data)
    return Recipe(name, task, (phase,), networks=Networks(skips=skips), data=settings)


def _super(name: str, skips: int, *factors: int, unknown_degradation: bool = False) -> Recipe:
    data = {"factors": factors, "unknown_degradation": unknown_degradation}
    return _task(f"super-resolution{name}", "super-resolution", _ADVERSARIAL, skips=skips, **data)


_TASKS = (
    Recipe(
        "pretrain",
        "inversion",
        (
            Phase(
                2000,
                pictures=_WHOLE,
                learns=(("encoder.feature_head", 1.0), ("encoder.rgb_start_head", 1.0)),
                losses=Losses(pixel=10.0, perceptual=1.0, perceptual_side=512),
            ),
        ),
        networks=Networks(train_statistics=False),
        data=DataSettings(side=256, affine=0.0),
        optimisation=Optimisation("adam"),
    ),
    _task(
        "inversion",
        "inversion",
        replace(_PAPER, losses=Losses(style_norm=0.001, identity=0.1)),
        skips=0,
        mirror=0.5,
    ),
    _task("sketch", "sketch", _FROM_LABELS, skips=1),
    _task("mask", "mask", _FROM_LABELS, skips=2),
    _super("-32x", 4, 32),
    _super("-8x", 4, 8),
    _super("-4x", 4, 4),
    _super("", 2, 4, 8, 16, 32, 64),
    _super("-blind", 2, 4, 8, 16, 32, 64, unknown_degradation=True),
    Recipe(
        "edit",
        "edit",
        (_CHANGED,),
        networks=replace(_CHANGED_NETWORKS, gate_layers=2),
        data=DataSettings(side=256, attributes=("editing_w",)),
    ),
    _task("toonify", "toonify", replace(_CHANGED, steps=55_000), skips=7, side=256),
)

# StyleGAN2's own settings; a domain learns slowly and keeps what styles mean.
_GAN = Phase(
    100_000,
    batch=16,
    rate=2e-3,
    last_rate=2e-3,
    learns=(("generator", 1.0),),
    losses=Losses(pixel=0.0, perceptual=0.0, adversarial=1.0),
    pictures=Crops(1024, 1024),
)
_CONFIG_F = GeneratorConfig(1024, 512, (512, 512, 512, 512, 512, 256, 128, 64, 32))
_GAN_RECIPE = Recipe(
    "generator",
    "generator",
    (_GAN,),
    networks=Networks(generator=_CONFIG_F),
    data=DataSettings(side=256, affine=0.0, mirror=0.5),
    optimisation=Optimisation("adam", betas=(0.0, 0.99), discriminator_betas=(0.0, 0.99)),
)
_DOMAIN_KEPT = (("generator", 1.0), ("generator.mapping", 0.0), ("generator.constant", 0.0))
_GENERATORS = (
    _GAN_RECIPE,
    replace(_GAN_RECIPE, name="small-generator", networks=Networks(generator=DEMO_GENERATOR)),
    replace(
        _GAN_RECIPE,
        name="domain",
        networks=Networks(),
        phases=(
            replace(_GAN, steps=2000, batch=4, rate=5e-4, last_rate=5e-4, learns=_DOMAIN_KEPT),
        ),
        save_every=200,
    ),
)

PAPER_RECIPES = (*_TASKS, *_GENERATORS)
