"""What the task models train on and for: small frozen settings, one instance per run.

The recipes of the paper (SPEC section 9) train at full size on a user's photos; those that begin
with "demo-" make the bundled models (`demo_recipes`).
"""

from __future__ import annotations

from dataclasses import replace

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import GeneratorConfig

from .demo_recipes import DEMO_TASK_RECIPES
from .recipes import DEMO_GENERATOR
from .task_settings import Losses, Phase, TaskRecipe

# SPEC section 9; the numbers are the paper's or its code's.
_PAPER = Phase(100_000)
_WHOLE = (256, 256)  # no random crop
_FROM_LABELS_LOSSES = Losses(style_norm=0.005)
_ADVERSARIAL = replace(_PAPER, batch=4, losses=Losses(adversarial=0.1))
_CHANGED = replace(_PAPER, batch=2, crop=_WHOLE, losses=Losses(adversarial=0.1, flicker=30.0))
_SUPER = TaskRecipe(
    "super-resolution", "super-resolution", (_ADVERSARIAL,), skips=2, factors=(4, 8, 16, 32, 64)
)
_PAPER_RECIPES = (
    TaskRecipe(
        "pretrain",
        "inversion",
        (
            Phase(
                2000,
                crop=_WHOLE,
                learns=(("encoder.feature_head", 1.0), ("encoder.rgb_start_head", 1.0)),
                losses=Losses(pixel=10.0, perceptual=1.0, perceptual_side=512),
            ),
        ),
        side=256,
        affine=0.0,
        train_statistics=False,
        optimizer="adam",
    ),
    TaskRecipe(
        "inversion",
        "inversion",
        (replace(_PAPER, losses=Losses(style_norm=0.001, identity=0.1)),),
        mirror=0.5,
    ),
    TaskRecipe("sketch", "sketch", (replace(_PAPER, losses=_FROM_LABELS_LOSSES),), skips=1),
    TaskRecipe("mask", "mask", (replace(_PAPER, losses=_FROM_LABELS_LOSSES),), skips=2),
    replace(_SUPER, name="super-resolution-32x", skips=4, factors=(32,)),
    replace(_SUPER, name="super-resolution-8x", skips=4, factors=(8,)),
    replace(_SUPER, name="super-resolution-4x", skips=4, factors=(4,)),
    _SUPER,
    replace(_SUPER, name="super-resolution-blind", blind=True),
    TaskRecipe(
        "edit", "edit", (_CHANGED,), skips=7, gate_layers=2, attributes=("editing_w",), side=256
    ),
    TaskRecipe("toonify", "toonify", (replace(_CHANGED, steps=55_000),), skips=7, side=256),
)
# StyleGAN2's own settings; a domain learns slowly and keeps what styles mean.
_GAN = Phase(
    100_000,
    batch=16,
    rate=2e-3,
    last_rate=2e-3,
    learns=(("generator", 1.0),),
    losses=Losses(pixel=0.0, perceptual=0.0, adversarial=1.0),
    crop=(1024, 1024),
)
_CONFIG_F = GeneratorConfig(1024, 512, (512, 512, 512, 512, 512, 256, 128, 64, 32))
_GAN_RECIPE = TaskRecipe(
    "generator",
    "generator",
    (_GAN,),
    generator=_CONFIG_F,
    affine=0.0,
    mirror=0.5,
    side=256,
    optimizer="adam",
    betas=(0.0, 0.99),
    critic_betas=(0.0, 0.99),
)
_DOMAIN_KEPT = (("generator", 1.0), ("generator.mapping", 0.0), ("generator.constant", 0.0))
_GAN_RECIPES = (
    _GAN_RECIPE,
    replace(_GAN_RECIPE, name="small-generator", generator=DEMO_GENERATOR),
    replace(
        _GAN_RECIPE,
        name="domain",
        generator=None,
        phases=(
            replace(_GAN, steps=2000, batch=4, rate=5e-4, last_rate=5e-4, learns=_DOMAIN_KEPT),
        ),
        save_every=200,
    ),
)

TASK_RECIPES: dict[str, TaskRecipe] = {
    recipe.name: recipe
    for recipe in (
        *_PAPER_RECIPES,
        *_GAN_RECIPES,
        *DEMO_TASK_RECIPES,
    )
}


def find_task_recipe(name: str | TaskRecipe) -> TaskRecipe:
    """The recipe of that name, or itself. Raises StyleGANEXError, listing the names, for others."""
    if isinstance(name, TaskRecipe):
        return name
    if name not in TASK_RECIPES:
        raise StyleGANEXError(f'no recipe "{name}"; there is {", ".join(TASK_RECIPES)}.')
    return TASK_RECIPES[name]
