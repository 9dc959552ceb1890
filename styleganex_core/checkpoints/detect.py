"""The sizes of the networks, read from the shapes of their tensors (our keys)."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable

import torch

from ..errors import CheckpointError, echo
from ..networks import EncoderConfig, FusionConfig, GeneratorConfig, ModelConfig
from ..networks.encoder import SLOT_GROUPS, STAGE_DEPTHS, STEM
from ..networks.fusion import FUSION_TAPS
from .read import is_plain

Tensors = dict[str, torch.Tensor]
Spell = Callable[[str], str]  # the name that the file gives to one of our keys

SMALLEST_SIZE, LARGEST_SIZE = 64, 1024  # px
LARGEST_SIDE = 4096  # px, of an aligned face that an encoder reads the styles of
LONGEST_AXIS = 1 << 16
NAMED_KEYS = 5  # how many keys an error message lists
LONGEST_KEY = 200  # characters of a key with its shapes


def detect_model(tensors: Tensors, spell: Spell = str) -> ModelConfig:
    """The configuration of the model that `tensors` belong to.

    Raises CheckpointError naming the first keys that are missing or do not fit together, as
    `spell` names them.
    """
    generator = detect_generator(tensors, spell)
    encoder = None
    if any(key.startswith("encoder.") for key in tensors):
        encoder = detect_encoder(tensors, generator.num_slots, spell)
    config = ModelConfig(generator, encoder, detect_fusions(tensors, spell))
    _check_fit(config)
    return config


def detect_generator(tensors: Tensors, spell: Spell = str) -> GeneratorConfig:
    constant = _shape(tensors, "generator.constant", 4, spell)
    layers = _count(tensors, "generator.layers.{}", ".conv.weight", spell)
    if layers % 2 == 0:
        raise _lacks([f"generator.layers.{layers}.conv.weight"], spell)
    size = 4 << (layers // 2)
    if not SMALLEST_SIZE <= size <= LARGEST_SIZE:
        raise CheckpointError(
            f"its generator of {layers} layers draws {size} px; sizes from {SMALLEST_SIZE} to "
            f"{LARGEST_SIZE} are supported."
        )
    widths = [
        _shape(tensors, f"generator.layers.{layer}.conv.weight", 4, spell)[0]
        for layer in range(0, layers, 2)
    ]
    widths[0] = constant[1]
    style_dim = _shape(tensors, "generator.layers.0.conv.modulation.weight", 2, spell)[1]
    mapping = max(
        _count(tensors, "generator.mapping.weights.{}", "", spell),
        _count(tensors, "generator.mapping.biases.{}", "", spell),
    )
    if mapping == 0:
        raise _lacks(["generator.mapping.weights.0"], spell)
    return GeneratorConfig(size, style_dim, tuple(widths), mapping)


def detect_encoder(tensors: Tensors, num_slots: int, spell: Spell = str) -> EncoderConfig:
    """The encoder's sizes; `num_slots` of the generator counts where slots share heads."""

    def shape(key: str, ndim: int = 4) -> tuple[int, ...]:
        return _shape(tensors, f"encoder.{key}", ndim, spell)

    first_blocks = [sum(STAGE_DEPTHS[:stage]) for stage in range(len(STAGE_DEPTHS))]
    stem_width = shape("stem.conv.weight")[0]
    reductions = [shape(f"blocks.{block}.squeeze_excite.reduce.weight") for block in first_blocks]
    label = {}
    if any(key.startswith("encoder.label_stem.") for key in tensors):
        width, channels = shape("label_stem.down.0.weight")[:2]
        label = {
            "label_channels": channels,
            "label_width": width,
            "label_residuals": _count(
                tensors, "encoder.label_stem.residuals.{}", ".0.weight", spell
            ),
        }
    side = tensors.get("encoder.style_side")
    style_dim, head_width = shape("style_heads.0.weight", 2)
    heads = _count(tensors, "encoder.style_heads.{}", ".weight", spell)
    grouped = heads == SLOT_GROUPS  # the smallest generator has more slots
    a, b, c, d = (reduction[1] for reduction in reductions)
    e, f, g, h = (reduction[0] for reduction in reductions)
    return EncoderConfig(
        num_slots=num_slots if grouped else heads,
        style_dim=style_dim,
        feature_channels=shape("feature_head.weight")[0],
        stem_width=stem_width,
        widths=(a, b, c, d),
        squeezes=(e, f, g, h),
        head_width=head_width,
        style_side=0 if side is None else _read_side(side),
        grouped_heads=grouped,
        mean_heads="encoder.mean_heads" in tensors,
        **label,
    )


def _read_side(side: torch.Tensor) -> int:
    """The side in px that the style heads need; no encoder takes more than `LARGEST_SIDE`."""
    value = float(side) if side.numel() == 1 and not side.is_complex() else math.nan
    if not 0 <= value <= LARGEST_SIDE:
        raise CheckpointError(
            f"its style_side is {value:g} px of shape {list(side.shape)}; expected one number from "
            f"0 to {LARGEST_SIDE}."
        )
    return int(value)


def detect_fusions(tensors: Tensors, spell: Spell = str) -> tuple[FusionConfig, ...]:
    fusions = []
    for index in range(_count(tensors, "fusions.{}", ".transform.weight", spell)):
        prefix = f"fusions.{index}"
        channels, tap_channels = _shape(tensors, f"{prefix}.transform.weight", 4, spell)[:2]
        layers = _count(tensors, prefix + ".gate.label.{}", ".weight", spell)
        style_dim = 0
        if layers:
            style_dim = _shape(tensors, f"{prefix}.gate.label.0.weight", 2, spell)[1]
        fusions.append(
            FusionConfig(
                tap_channels=tap_channels,
                channels=channels,
                rgb=f"{prefix}.mix_rgb.weight" in tensors,
                gate_layers=layers,
                style_dim=style_dim,
            )
        )
    return tuple(fusions)


def check_complete(expected: Tensors, tensors: Tensors, spell: Spell = str) -> None:
    """Raises CheckpointError unless `tensors` have exactly the keys and shapes of `expected`."""
    missing = [f"{spell(k)} {list(expected[k].shape)}" for k in expected if k not in tensors]
    wrong = [
        f"{spell(key)} is {_kind(tensor)}, expected {_kind(expected[key])}"
        for key, tensor in tensors.items()
        if key in expected and _kind(tensor) != _kind(expected[key])
    ]
    unknown = [spell(key) for key in tensors if key not in expected]
    faults = [
        f"{label} {', '.join(echo(key, LONGEST_KEY) for key in keys[:NAMED_KEYS])}"
        + (f" and {len(keys) - NAMED_KEYS} more" if len(keys) > NAMED_KEYS else "")
        for label, keys in (
            ("it lacks", missing),
            ("shapes do not fit:", wrong),
            ("it has unknown keys:", unknown),
        )
        if keys
    ]
    if faults:
        raise CheckpointError(
            f"{'; '.join(faults)}. The file is damaged, or of another kind; download it again or "
            "choose another."
        )


def _kind(tensor: torch.Tensor) -> str:
    shape = f"{list(tensor.shape)}"
    if is_plain(tensor):
        return shape
    odd = tensor.is_floating_point() or tensor.is_complex()
    return shape + (
        f" of {str(tensor.dtype).removeprefix('torch.')}" if odd else " of whole numbers"
    )


def _check_fit(config: ModelConfig) -> None:
    """Raises CheckpointError when encoder or fusions belong to another generator."""
    generator, encoder = config.generator, config.encoder
    if encoder is None:
        if config.fusions:
            raise CheckpointError("it has skip fusions but no encoder to feed them.")
        return
    ours = (encoder.num_slots, encoder.style_dim, encoder.feature_channels)
    needed = (generator.num_slots, generator.style_dim, generator.channels[0])
    if ours != needed:
        raise CheckpointError(
            f"its encoder finds {ours[0]} styles of {ours[1]} and {ours[2]} channels of f, but its "
            f"{generator.size} px generator takes {needed[0]} styles of {needed[1]} and "
            f"{needed[2]} channels."
        )
    for index, fusion in enumerate(config.fusions):
        if index >= len(FUSION_TAPS):
            raise CheckpointError(
                f"it has {len(config.fusions)} skip fusions; there are at most {len(FUSION_TAPS)}."
            )
        if index >= len(generator.channels) - 1:
            break  # never run: the generator has no such up-convolution
        found = (fusion.tap_channels, fusion.channels)
        expected = (_tap_width(encoder, FUSION_TAPS[index]), generator.channels[index])
        if found != expected:
            raise CheckpointError(
                f"its skip fusion {index} joins {found[0]} encoder channels with {found[1]} of the "
                f"generator; these networks have {expected[0]} and {expected[1]} there."
            )


def _tap_width(encoder: EncoderConfig, tap: int) -> int:
    if tap == STEM:
        return encoder.stem_width
    ends = itertools.accumulate(STAGE_DEPTHS)
    return next(width for width, end in zip(encoder.widths, ends, strict=True) if tap < end)


def _count(tensors: Tensors, template: str, example: str, spell: Spell) -> int:
    """How many parts numbered 0, 1, 2, ... there are, by any of their keys.

    None may be missing in between; the message then names the part's key `example`.
    """
    pattern = re.compile(re.escape(template).replace(r"\{\}", r"(\d+)") + r"(\..*)?")
    found = {match[1] for key in tensors if (match := pattern.fullmatch(key))}
    first_gap = next(index for index in itertools.count() if str(index) not in found)
    if first_gap != len(found):
        raise _lacks([template.format(first_gap) + example], spell)
    return first_gap


def _shape(tensors: Tensors, key: str, ndim: int, spell: Spell) -> tuple[int, ...]:
    if key not in tensors:
        raise _lacks([key], spell)
    shape = tuple(tensors[key].shape)
    if len(shape) != ndim:
        raise CheckpointError(f"{spell(key)} has the shape {list(shape)}; expected {ndim} axes.")
    if not all(1 <= length <= LONGEST_AXIS for length in shape):
        raise CheckpointError(
            f"{spell(key)} has the shape {list(shape)}; an axis holds 1 to {LONGEST_AXIS} numbers."
        )
    return shape


def _lacks(keys: list[str], spell: Spell) -> CheckpointError:
    named = ", ".join(map(spell, keys))
    return CheckpointError(f"it lacks {named}; the file is incomplete, or of another kind.")
