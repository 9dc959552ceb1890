"""Keys of the reference and rosinality formats, translated to those of our `Model`, and back."""

from __future__ import annotations

import re
from functools import cache

import torch

from ..errors import CheckpointError

MOST_TENSORS = 10_000

Tensors = dict[str, torch.Tensor]
Rules = tuple[tuple[str, str], ...]

# Each rule: a key of theirs, the same key of ours. `{i}`, `{i+1}`, `{j*2}` stand for a number,
# `{p}` for the name of a parameter. Source: docs/networks.md, "File formats".
_LAYER = (
    ("conv.weight", "conv.weight"),
    ("conv.modulation.{p}", "conv.modulation.{p}"),
    ("noise.weight", "noise_strength"),
    ("activate.bias", "bias"),
)
_HEAD = (
    ("conv.weight", "weight"),
    ("conv.modulation.{p}", "modulation.{p}"),
    ("bias", "bias"),
)


def _nested(theirs: str, ours: str, rules: Rules) -> Rules:
    return tuple((f"{theirs}.{their}", f"{ours}.{our}") for their, our in rules)


_GENERATOR: Rules = (
    ("style.{i+1}.weight", "mapping.weights.{i}"),
    ("style.{i+1}.bias", "mapping.biases.{i}"),
    ("input.input", "constant"),
    ("noises.noise_{i}", "noise_maps.{i}"),
    *_nested("conv1", "layers.0", _LAYER),
    *_nested("convs.{i}", "layers.{i+1}", _LAYER),
    *_nested("to_rgb1", "heads.0", _HEAD),
    *_nested("to_rgbs.{i}", "heads.{i+1}", _HEAD),
)
_ENCODER: Rules = (
    ("input_layer.0.weight", "stem.conv.weight"),
    ("input_layer.1.{p}", "stem.norm.{p}"),
    ("input_layer.2.weight", "stem.activation.weight"),
    *_nested(
        "body.{i}",
        "blocks.{i}",
        (
            ("res_layer.0.{p}", "norm_in.{p}"),
            ("res_layer.1.weight", "conv_in.weight"),
            ("res_layer.2.weight", "activation.weight"),
            ("res_layer.3.weight", "conv_out.weight"),
            ("res_layer.4.{p}", "norm_out.{p}"),
            ("res_layer.5.fc1.weight", "squeeze_excite.reduce.weight"),
            ("res_layer.5.fc2.weight", "squeeze_excite.expand.weight"),
            ("shortcut_layer.0.weight", "shortcut.weight"),
            ("shortcut_layer.1.{p}", "shortcut_norm.{p}"),
        ),
    ),
    # activations sit between the convolutions: 0, 2, 4, ...
    ("styles.{i}.convs.{j*2}.{p}", "style_heads.{i}.convs.{j}.{p}"),
    ("styles.{i}.linear.{p}", "style_heads.{i}.{p}"),
    ("latlayer1.{p}", "middle_lateral.{p}"),
    ("latlayer2.{p}", "fine_lateral.{p}"),
    ("featlayer.{p}", "feature_head.{p}"),
    ("skiplayer.{p}", "rgb_start_head.{p}"),
)
_FUSION: Rules = _nested(
    "{i}",
    "{i}",
    (
        ("transform.0.{p}", "transform.{p}"),
        ("fusion_out.{p}", "mix.{p}"),
        ("fusion_skip.{p}", "mix_rgb.{p}"),
        ("linear.{j*2}.{p}", "gate.label.{j}.{p}"),
        ("norm.style.{p}", "gate.affine.{p}"),
        ("conv.{p}", "gate.conv.{p}"),
    ),
)
_LABEL_BLOCK = re.compile(r"input_label_layer\.model\.(\d+)\.conv_block\.")
# Filters that follow from the architecture; files carry them, nothing reads them.
_STRUCTURAL = re.compile(r"(^|\.)(blur\.kernel|upsample\.kernel|blur_weight)$")


def convert_generator(tensors: Tensors) -> Tensors:
    """A rosinality generator (`style.1.weight`, `convs.0.conv.weight`, ...) under our keys."""
    return _convert(tensors, _GENERATOR, "generator.")


def convert_encoder(tensors: Tensors) -> Tensors:
    """A StyleGANEX encoder (`input_layer.0.weight`, ...) under our keys, fusions included."""
    fusions = {k.removeprefix("fusion."): v for k, v in tensors.items() if k.startswith("fusion.")}
    encoder = {k: v for k, v in tensors.items() if not k.startswith("fusion.")}
    rules = (*_ENCODER, *_label_stem(label_residuals(encoder)))
    return {**_convert(encoder, rules, "encoder."), **_convert(fusions, _FUSION, "fusions.")}


def check_count(tensors: Tensors) -> None:
    """Raises CheckpointError for more tensors than any network has."""
    if len(tensors) > MOST_TENSORS:
        raise CheckpointError(
            f"it holds {len(tensors):,} tensors; the largest network known here has fewer than "
            f"{MOST_TENSORS:,}."
        )


def label_residuals(tensors: Tensors) -> int:
    """The residual blocks in the front end T of an encoder with its original keys."""
    return len({match[1] for key in tensors if (match := _LABEL_BLOCK.match(key))})


def original_key(key: str, residuals: int = 2) -> str:
    """The name that StyleGANEX checkpoints give to our `key` (`decoder.`, `encoder.`, ...).

    `residuals`: the residual blocks of the front end T, whose layers are numbered in one row.
    Keys without a counterpart keep their name.

    >>> original_key("generator.layers.3.bias")
    'decoder.convs.2.activate.bias'
    """
    places = {
        "generator.": (_GENERATOR, "decoder."),
        "encoder.": ((*_ENCODER, *_label_stem(residuals)), "encoder."),
        "fusions.": (_FUSION, "encoder.fusion."),
    }
    for prefix, (rules, original) in places.items():
        if key.startswith(prefix):
            theirs = _translate(rules, key.removeprefix(prefix), 1, 0)
            return original + theirs if theirs else key
    return key


def _label_stem(residuals: int) -> Rules:
    """The layers of T in their row: two down, the residual blocks, two up, the stem."""
    after = 4 + residuals
    blocks = (
        (f"{4 + i}.conv_block.{{j*2}}.{{p}}", f"residuals.{i}.{{j}}.{{p}}")
        for i in range(residuals)
    )
    return _nested(
        "input_label_layer.model",
        "label_stem",
        (
            ("0.{p}", "down.0.{p}"),
            ("2.{p}", "down.1.{p}"),
            *blocks,
            (f"{after}.{{p}}", "up.0.{p}"),
            (f"{after + 2}.{{p}}", "up.1.{p}"),
            (f"{after + 4}.weight", "stem.conv.weight"),
            (f"{after + 5}.{{p}}", "stem.norm.{p}"),
            (f"{after + 6}.weight", "stem.activation.weight"),
        ),
    )


def _convert(tensors: Tensors, rules: Rules, prefix: str) -> Tensors:
    check_count(tensors)
    converted = {}
    for key, tensor in tensors.items():
        if _STRUCTURAL.search(key):
            continue
        ours = _translate(rules, key, 0, 1)
        # Keys we do not know keep their name, so that loading can list them.
        converted[prefix + (ours or key)] = tensor if ours is None else _reshape(ours, tensor)
    return converted


def _reshape(key: str, tensor: torch.Tensor) -> torch.Tensor:
    """The tensor without the axes of length 1 that only the original layout has."""
    if re.fullmatch(r"layers\.\d+\.conv\.weight", key) and tensor.ndim == 5 and len(tensor) == 1:
        return tensor[0]  # [1, O, I, 3, 3]
    one_px = tensor.ndim == 5 and len(tensor) == 1 and tensor.shape[3:] == (1, 1)
    if re.fullmatch(r"heads\.\d+\.weight", key) and one_px:
        return tensor[0, :, :, 0, 0]  # [1, 3, I, 1, 1]
    if re.fullmatch(r"heads\.\d+\.bias", key):
        return tensor.flatten()  # [1, 3, 1, 1]
    if key.endswith("noise_strength") and tensor.numel() == 1:
        return tensor.reshape(())
    return tensor


_FIELD = re.compile(r"\{(\w)(?:([+*])(\d))?\}")
_PARAMETER = r"(weight|bias|running_mean|running_var|num_batches_tracked)"


@cache
def _pattern(template: str) -> re.Pattern[str]:
    literal = _FIELD.split(template)[::4]
    groups = [_PARAMETER if field[0] == "p" else r"(\d{1,4})" for field in _FIELD.findall(template)]
    pieces = [re.escape(text) + group for text, group in zip(literal, [*groups, ""], strict=True)]
    return re.compile("".join(pieces))


def _translate(rules: Rules, key: str, source: int, target: int) -> str | None:
    """`key` from the side `source` of the rules (0 theirs, 1 ours) to the side `target`."""
    for rule in rules:
        match = _pattern(rule[source]).fullmatch(key)
        values = match and _solve(rule[source], match.groups())
        if values is not None:
            return _FIELD.sub(lambda field: _fill(field, values), rule[target])  # noqa: B023
    return None


def _solve(template: str, found: tuple[str, ...]) -> dict[str, str | int] | None:
    """The value of every field, or None where no whole number from 0 up fits."""
    values: dict[str, str | int] = {}
    for (name, sign, amount), text in zip(_FIELD.findall(template), found, strict=True):
        if name == "p":
            values[name] = text
            continue
        number = int(text)
        if sign == "+":
            number -= int(amount)
        elif sign == "*":
            if number % int(amount):
                return None
            number //= int(amount)
        if number < 0:
            return None
        values[name] = number
    return values


def _fill(field: re.Match[str], values: dict[str, str | int]) -> str:
    value = values[field[1]]
    if isinstance(value, str):
        return value
    amount = int(field[3] or 0)
    return str({None: value, "+": value + amount, "*": value * amount}[field[2]])
