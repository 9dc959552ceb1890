"""The model that a run begins with: another model's networks, and new parts where it has none."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Encoder, EncoderConfig, FusionConfig, Model, ModelConfig
from styleganex_core.networks.fusion import FUSION_TAPS, SkipFusion

from ...portraits import ATTRIBUTES
from ..recipes.settings import Recipe
from .styles import design_mapping, find_directions
from .widen import tap_channels, widen_model

# A new fusion's weights beside the identity; see docs/networks.md, "Skip fusions".
NEW_WEIGHT = 0.01
QUIET, OPEN = 0.1, 1.0  # of a new gate: the share of its first weights, and what it says then


def start_model(
    recipe: Recipe, start: Model, domain: Model | None = None, *, seed: int = 0
) -> Model:
    """A model for the recipe's task with the networks of `start`, in evaluation mode.

    Fusions and the front end T are new where `start` has none that fit. `domain`: whose generator
    to take instead, for toonify. The same seed gives the same new weights.
    """
    encoder = replace(start.require_encoder().config, label_channels=recipe.label_channels)
    generator, networks = (domain or start).config.generator, recipe.networks
    count = min(networks.skips, len(generator.channels) - 1)
    fusions = tuple(
        FusionConfig(
            tap_channels=tap_channels(encoder, FUSION_TAPS[index]),
            channels=generator.channels[index],
            rgb=index >= count - networks.rgb_skips,
            gate_layers=networks.gate_layers,
            style_dim=generator.style_dim if networks.gate_layers else 0,
        )
        for index in range(count)
    )
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        model = Model(ModelConfig(generator, encoder, fusions), name=recipe.name)
        for fusion in model.fusions:
            assert isinstance(fusion, SkipFusion)
            _pass_on(fusion)
    adopt_weights(model, start)
    if domain is not None:
        model.generator.load_state_dict(domain.generator.state_dict())
    model.edit_vectors = dict(start.edit_vectors)
    return model.eval()


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


def start_generator(recipe: Recipe, start: Model | None, *, seed: int = 0) -> Model:
    """A model with only a generator: that of `start`, or a new one of the recipe's sizes.

    Raises StyleGANEXError when there is neither.
    """
    config = recipe.networks.generator
    if start is not None:
        config = start.config.generator
    if config is None:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" goes on from a generator; pass --start FILE with one.'
        )
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        model = Model(ModelConfig(config), name=recipe.name)
    if start is not None:
        adopt_weights(model, start)
        model.edit_vectors = dict(start.edit_vectors)
    return model.eval()


def add_encoder(generator: Model, trunk: dict[str, torch.Tensor], *, seed: int = 0) -> Model:
    """A model of the paper's encoder sizes around a generator, and what fits of a file's `trunk`.

    `trunk`: tensors under `Model`'s names, from `load_trunk`; without any the encoder is new.
    """
    config = generator.config.generator
    encoder = EncoderConfig(config.num_slots, config.style_dim, feature_channels=config.channels[0])
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        model = Model(ModelConfig(config, encoder), name=generator.name)
    adopt_weights(model, generator)
    own = model.state_dict()
    fitting = {k: t for k, t in trunk.items() if k in own and own[k].shape == t.shape}
    if trunk and not fitting:
        raise StyleGANEXError(
            "the file for --encoder holds an IR-SE-50 whose sizes differ from those of the paper's "
            "encoder."
        )
    model.load_state_dict(fitting, strict=False)
    model.edit_vectors = dict(generator.edit_vectors)
    return model.eval()


def adopt_weights(model: Model, source: Model) -> None:
    """Give `model` every tensor of `source` that has its name and shape."""
    own = model.state_dict()
    fitting = {
        key: tensor
        for key, tensor in source.state_dict().items()
        if key in own and own[key].shape == tensor.shape
    }
    model.load_state_dict(fitting, strict=False)


@torch.no_grad()
def _pass_on(fusion: SkipFusion) -> None:
    """A new fusion leaves the picture so far almost as it is."""
    if fusion.mix_rgb is not None:
        assert fusion.mix_rgb.bias is not None
        fusion.mix_rgb.weight.mul_(NEW_WEIGHT)
        fusion.mix_rgb.bias.zero_()
        fusion.mix_rgb.weight[:, :3, 1, 1] += torch.eye(3)


def copy_encoder(model: Model) -> Encoder:
    """The encoder as it is now, frozen."""
    encoder = Encoder(model.require_encoder().config).to(model.device)
    encoder.load_state_dict(model.require_encoder().state_dict())
    return encoder.eval().requires_grad_(False)


@torch.no_grad()
def _open_gate(conv: torch.nn.Conv2d) -> None:
    assert conv.bias is not None
    conv.weight.mul_(QUIET)
    conv.bias.fill_(OPEN)
