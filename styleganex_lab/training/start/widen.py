"""A model made wider without changing what it computes: room for training to use.

New channels begin as inputs of weight zero to what was there before, so the old part of every layer
sees only itself; what the new channels hold is random, so that gradients reach them. New style
numbers are zero until the encoder learns to say something with them.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import torch
from torch import nn

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, GeneratorConfig, Model, ModelConfig
from styleganex_core.networks.encoder import FEATURE_TAPS, STAGE_DEPTHS, STEM, Bottleneck
from styleganex_core.networks.fusion import FUSION_TAPS

# Tensors whose rows or columns stand for several groups of channels side by side.
_ROW_PARTS = {"gate.affine.weight": 4, "gate.affine.bias": 4}
_COLUMN_PARTS = {
    "feature_head.weight": len(FEATURE_TAPS),
    "rgb_start_head.weight": len(FEATURE_TAPS),
    "mix.weight": 2,
    "gate.conv.weight": 2,
}


def widen_model(
    model: Model, generator: GeneratorConfig, encoder: EncoderConfig | None = None, *, seed: int = 0
) -> Model:
    """The model with the sizes of `generator` and `encoder` and the same pictures as before.

    Its number of layers stays, and so do kinds of heads and fusions. Edit vectors and the mean
    latent get zeros for the new style numbers. Noise `z` that repeats the old noise gives the old
    style. `seed`: of the new channels. Raises StyleGANEXError for sizes that are smaller somewhere.
    """
    config = _wider_config(model, generator, encoder)
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        wide = Model(config, name=model.name)
    before, after = model.state_dict(), wide.state_dict()
    for key, tensor in after.items():
        if key in before and tensor.is_floating_point():
            place_tensor(key, tensor, before[key].to(tensor))
    with torch.no_grad():
        wide.load_state_dict(after)
        _add_shortcuts(model, wide)
    wide.edit_vectors = {
        name: _pad_styles(vector, config.generator.style_dim)
        for name, vector in model.edit_vectors.items()
    }
    return wide.eval()


@torch.no_grad()
def place_tensor(key: str, wide: torch.Tensor, old: torch.Tensor) -> None:
    """Write `old` into its place in `wide`, which holds the random numbers of new channels."""
    if wide.shape == old.shape:
        wide.copy_(old)
        return
    if key == "latent_avg":
        wide.zero_()
    elif "norm" in key and key.endswith(".weight"):
        wide.fill_(float(old.abs().mean()))  # new channels as strong as the old ones
    if old.ndim < 2 or key == "latent_avg":
        for rows, theirs in _blocks(wide.shape, old.shape, _parts(key, _ROW_PARTS), 1):
            wide[rows] = old[theirs]
        return
    if _is_equalised(key):
        old = old * (wide.shape[1] / old.shape[1]) ** 0.5
    rows, columns = _parts(key, _ROW_PARTS), _parts(key, _COLUMN_PARTS)
    places = _blocks(wide.shape, old.shape, rows, columns)
    if key.startswith(("generator.mapping.", "encoder.style_heads.")) and old.ndim == 2:
        wide.zero_()  # new style numbers say nothing yet
    elif key == "generator.constant":
        wide.mul_(0.3 * old.std())  # seen by new channels only; not to be louder than the rest
    elif not key.endswith("modulation.weight"):
        for place, _ in places:
            wide[place[0]] = 0
    for place, theirs in places:
        wide[place] = old[theirs]


def _wider_config(
    model: Model, generator: GeneratorConfig, encoder: EncoderConfig | None
) -> ModelConfig:
    """Sizes of the wide model, with the start's fusions made to fit them."""
    own = model.config
    if own.encoder is None:
        encoder = None
    elif encoder is None:
        encoder = replace(
            own.encoder, style_dim=generator.style_dim, feature_channels=generator.channels[0]
        )
    _check_wider("generator", own.generator, generator, fixed=("size", "mapping_layers"))
    if own.encoder is not None and encoder is not None:
        free = ("style_dim", "feature_channels", "stem_width", "widths", "head_width", "squeezes")
        fixed = tuple(name for name in vars(encoder) if name not in free)
        _check_wider("encoder", own.encoder, encoder, fixed=fixed)
        before, after = (
            itertools.pairwise((config.stem_width, *config.widths))
            for config in (own.encoder, encoder)
        )
        for (b_in, b_out), (a_in, a_out) in zip(before, after, strict=True):
            if b_in != b_out and a_in == a_out:
                raise StyleGANEXError(
                    f"{model.name} goes from {b_in} to {b_out} channels in one block; a block "
                    f"of {a_in} on both sides cannot do that. Make its output wider."
                )
    fusions = tuple(
        replace(
            fusion,
            tap_channels=tap_channels(encoder, FUSION_TAPS[number]),
            channels=generator.channels[number],
            style_dim=generator.style_dim if fusion.gate_layers else 0,
        )
        for number, fusion in enumerate(own.fusions)
        if encoder is not None
    )
    return ModelConfig(generator, encoder, fusions)


def _check_wider(part: str, old: object, new: object, *, fixed: tuple[str, ...]) -> None:
    for name, before in vars(old).items():
        after = getattr(new, name)
        if name in fixed:
            fits = before == after
        elif isinstance(before, tuple):
            fits = len(before) == len(after) and all(
                b <= a for b, a in zip(before, after, strict=True)
            )
        else:
            fits = before <= after
        if not fits:
            raise StyleGANEXError(
                f"a model can only grow wider: the {part}'s {name} is {before} and cannot become "
                f"{after}; start from another model, or change the recipe's sizes."
            )


def _add_shortcuts(model: Model, wide: Model) -> None:
    """Where a block of the wide encoder has a shortcut and the old one has none, pass all on."""
    if model.encoder is None or wide.encoder is None:
        return
    for old, new in zip(model.encoder.blocks, wide.encoder.blocks, strict=True):
        assert isinstance(old, Bottleneck) and isinstance(new, Bottleneck)
        if old.shortcut is not None or new.shortcut is None:
            continue
        width = old.norm_in.num_features
        nn.init.zeros_(new.shortcut.weight[:width])
        for channel in range(width):
            new.shortcut.weight[channel, channel] = 1
        norm = new.shortcut_norm
        assert norm.running_var is not None
        norm.weight.copy_((norm.running_var + norm.eps).sqrt())


def _parts(key: str, table: dict[str, int]) -> int:
    return next((parts for ending, parts in table.items() if key.endswith(ending)), 1)


def _is_equalised(key: str) -> bool:
    """Whether a layer divides by the square root of how many inputs it has."""
    if key.startswith("generator.mapping.") or key.endswith("modulation.weight"):
        return True
    own = ("generator.heads.", "encoder.style_heads.")
    return key.startswith(own) and key.endswith(".weight") and ".convs." not in key


def _blocks(
    wide: torch.Size, old: torch.Size, rows: int, columns: int
) -> list[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """Where each block of the old tensor lies in the wide one, and in itself."""
    counts = (rows, columns, *([1] * len(old)))[: len(old)]
    found: list[tuple[tuple[slice, ...], tuple[slice, ...]]] = [((), ())]
    for axis, parts in enumerate(counts):
        step, size = wide[axis] // parts, old[axis] // parts
        found = [
            (
                (*place, slice(number * step, number * step + size)),
                (*theirs, slice(number * size, (number + 1) * size)),
            )
            for place, theirs in found
            for number in range(parts)
        ]
    return found


def _pad_styles(vector: torch.Tensor, style_dim: int) -> torch.Tensor:
    return nn.functional.pad(vector, (0, style_dim - vector.shape[-1]))


def tap_channels(encoder: EncoderConfig, tap: int) -> int:
    """How many channels a tap of an encoder has."""
    if tap == STEM:
        return encoder.stem_width
    stages = [stage for stage, depth in enumerate(STAGE_DEPTHS) for _ in range(depth)]
    return encoder.widths[stages[tap]]
