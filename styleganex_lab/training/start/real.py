"""What the training on real people begins with: a wider model with skips that edits can close."""

from __future__ import annotations

import torch

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model, SkipFusion

from ...portraits import ATTRIBUTES
from ..recipes.settings import Recipe
from .directions import find_directions
from .mapping import design_mapping
from .models import start_model
from .widen import widen_model

QUIET, OPEN = 0.1, 1.0  # of a new gate: the share of its first weights, and what it says then


def start_real_model(recipe: Recipe, first: Model, *, seed: int = 0) -> Model:
    """`first`, widened to the recipe's sizes, with its skips; styles are those of the renders, and
    so are the edit vectors of a model that came without.

    Raises StyleGANEXError for a model whose styles cannot be those.
    """
    first.require_encoder()
    generator = recipe.networks.generator or first.config.generator
    if generator.mapping_layers != 1 or generator.style_dim < 2 * len(ATTRIBUTES):
        raise StyleGANEXError(
            f'recipe "{recipe.name}" needs styles that say what a renderer drew: a mapping of one '
            f"layer and at least {2 * len(ATTRIBUTES)} style numbers. {first.name} has "
            f"{generator.mapping_layers} and {generator.style_dim}; start from a bundled photo "
            "model or one that was made of it."
        )
    wide = widen_model(first, generator, recipe.networks.encoder, seed=seed)
    model = start_model(recipe, wide, seed=seed)
    design_mapping(model.generator.mapping)
    if not model.edit_vectors:
        model.edit_vectors = find_directions(model.generator)
    for number, fusion in enumerate(model.fusions):
        assert isinstance(fusion, SkipFusion)
        new = number >= len(wide.fusions) or wide.config.fusions[number] != fusion.config
        if new and fusion.gate is not None:
            _open_gate(fusion.gate.conv)
    return model


@torch.no_grad()
def _open_gate(conv: torch.nn.Conv2d) -> None:
    assert conv.bias is not None
    conv.weight.mul_(QUIET)
    conv.bias.fill_(OPEN)
