"""Models from files."""

from __future__ import annotations

import re
from pathlib import Path

import torch

from ..errors import CheckpointError, StyleGANEXError
from ..networks import Model, ModelConfig, build_model
from ..networks.fusion import FUSION_TAPS
from ..networks.generator import Mapping as MappingNetwork
from .base import read_whole_file
from .detect import check_complete, detect_model
from .identify import KIND_NAMES, ModelParts, find_model
from .read import is_finite
from .vector_layouts import VECTOR_PREFIX, find_vectors

Tensors = dict[str, torch.Tensor]

MEAN_SAMPLES = 4096  # as rosinality's `mean_latent`
MEAN_SEED = 0


def load_model(
    path: str | Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Model:
    """The model in a checkpoint, in evaluation mode; what the file is comes from its contents.

    Reads StyleGANEX task files, pSp and ReStyle files (their generator), rosinality and
    StyleGAN-NADA generators, and our safetensors. A generator alone gives a model without encoder.
    A file without a mean latent gets the mean of 4096 mapped samples of seed 0.

    Gradients can flow through the model wherever it was loaded, also under inference mode.

    Raises CheckpointError for a file that is missing, damaged, unsafe or of another kind.
    """
    path = Path(path)
    with torch.inference_mode(False), torch.no_grad():
        parts = find_model(read_whole_file(path))
        config = complete_parts(parts, path)
        tensors = _own_tensors(parts, path, device, dtype)
        model = build_model(config, tensors, path.stem)
        model.edit_vectors = {
            name: vector.detach().to("cpu", torch.float32, copy=True)
            for name, vector in parts.edit_vectors.items()
        }
    return model


def complete_parts(parts: ModelParts, path: Path) -> ModelConfig:
    """The configuration of a model file whose `parts.tensors` are then complete.

    Training options are honoured, and what files may leave out is filled in. Raises
    CheckpointError naming the format and the first keys that are missing or do not fit.
    """
    tensors = parts.tensors
    try:
        _apply_skip_options(tensors, parts)
        config = detect_model(tensors, parts.spell)
        with torch.device("meta"):
            expected = Model(config).state_dict()
        _fill_counters(tensors, expected)
        _fill_noise_maps(tensors, expected)
        check_complete(
            {key: tensor for key, tensor in expected.items() if key != "latent_avg"},
            tensors,
            parts.spell,
        )
        tensors["latent_avg"] = _expand_latent_avg(parts.latent_avg, tensors, config)
        if parts.options.get("start_from_latent_avg") is False:
            _remove_mean_from_heads(tensors)
        find_vectors({VECTOR_PREFIX + name: v for name, v in parts.edit_vectors.items()})
    except StyleGANEXError as error:
        raise CheckpointError(
            f"{path.name} looks like {KIND_NAMES[parts.kind]}, but cannot be used: {error}"
        ) from error
    return config


def _apply_skip_options(tensors: Tensors, parts: ModelParts) -> None:
    """Drops the fusions that the training options switch off; without options all stay."""
    use_skip, count = parts.options.get("use_skip"), parts.options.get("skip_max_layer")
    if use_skip is False:
        count = 0
    elif not isinstance(count, int):
        return
    numbers = {key: int(m[1]) for key in tensors if (m := re.match(r"fusions\.(\d{1,4})\.", key))}
    missing = set(range(min(count, len(FUSION_TAPS)))) - set(numbers.values())
    if use_skip and missing:
        key = parts.spell(f"fusions.{min(missing)}.transform.weight")
        raise CheckpointError(f"its options ask for {count} skip fusions, but it lacks {key}.")
    for key, number in numbers.items():
        if number >= count:
            del tensors[key]


def _fill_counters(tensors: Tensors, expected: Tensors) -> None:
    """Batch norm's step counters: files lack them or round them, and nothing reads them."""
    for key in expected:
        if key.endswith(".num_batches_tracked") and not _is_counter(tensors.get(key)):
            tensors[key] = torch.zeros((), dtype=torch.int64)


def _is_counter(tensor: torch.Tensor | None) -> bool:
    return tensor is not None and tensor.dtype == torch.int64


def _fill_noise_maps(tensors: Tensors, expected: Tensors) -> None:
    """Zeros for the noise maps of a file without any, where no layer uses noise."""
    maps = [key for key in expected if key.startswith("generator.noise_maps.")]
    strengths = [tensor for key, tensor in tensors.items() if key.endswith(".noise_strength")]
    if not any(key in tensors for key in maps) and not any(map(torch.any, strengths)):
        tensors.update({key: torch.zeros(expected[key].shape) for key in maps})


def _expand_latent_avg(
    latent_avg: torch.Tensor | None, tensors: Tensors, config: ModelConfig
) -> torch.Tensor:
    """The mean latent [L, D], from [D], [1, D], [L, D] or [1, L, D]; computed when None."""
    slots, width = config.generator.num_slots, config.generator.style_dim
    if latent_avg is None:
        latent_avg = _mean_style(tensors, config)
    rows = latent_avg.squeeze(0) if latent_avg.ndim == 3 else torch.atleast_2d(latent_avg)
    if rows.shape not in ((1, width), (slots, width)):
        raise CheckpointError(
            f"latent_avg is {list(latent_avg.shape)}; expected [{slots}, {width}] or [{width}]."
        )
    return rows.expand(slots, width)


def _mean_style(tensors: Tensors, config: ModelConfig) -> torch.Tensor:
    """The mean [D] of mapped Gaussian samples, the same on every machine."""
    prefix = "generator.mapping."
    width = config.generator.style_dim
    with torch.device("meta"):
        mapping = MappingNetwork(width, config.generator.mapping_layers)
    weights = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
    mapping.load_state_dict({key: t.float() for key, t in weights.items()}, assign=True)
    random = torch.Generator().manual_seed(MEAN_SEED)
    return mapping(torch.randn(MEAN_SAMPLES, width, generator=random)).mean(dim=0)


def _remove_mean_from_heads(tensors: Tensors) -> None:
    """Makes heads that were trained to give whole styles give offsets from the mean latent."""
    for slot, mean in enumerate(tensors["latent_avg"]):
        key = f"encoder.style_heads.{slot}.bias"
        if key in tensors:
            tensors[key] = tensors[key] - mean.to(tensors[key].dtype)


def _own_tensors(
    parts: ModelParts, path: Path, device: torch.device | str, dtype: torch.dtype
) -> Tensors:
    """Copies on the device, floating ones in `dtype`; empties `parts.tensors` on the way.

    Copies, because tensors of a safetensors file are windows into it: the file could change later.
    One by one, so that the weights are never in memory twice.
    """
    owned = {}
    for key in list(parts.tensors):
        tensor = parts.tensors.pop(key).detach()
        kind = dtype if tensor.is_floating_point() else tensor.dtype
        copy = tensor.to(device, kind, copy=True, memory_format=torch.contiguous_format)
        if not is_finite(copy):
            reason = "the file is damaged"
            if is_finite(tensor):
                reason = f"its numbers are too large for {dtype}; load in bfloat16 or float32"
            raise CheckpointError(
                f"{path.name}: {parts.spell(key)} holds NaN or infinite numbers: {reason}."
            )
        owned[key] = copy
    return owned
