"""Models from files: read, recognise the format, split into parts, complete, build."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path

import torch

from ..edit_ranges import read_edit_ranges
from ..errors import CheckpointError, StyleGANEXError, echo
from ..networks import Model, ModelConfig, empty_model, fill_model
from ..networks.fusion import FUSION_TAPS
from ..networks.generator import Mapping as MappingNetwork
from ..networks.precision import arrange_weights
from ..networks.unfilled import unfilled
from .average import read_changes
from .detect import Spell, check_complete, detect_model
from .formats import ModelParts, find_model
from .read import is_finite, is_plain
from .shared_tensors import read_whole_file
from .vector_layouts import read_vector

Tensors = dict[str, torch.Tensor]

MEAN_SAMPLES = 4096  # as rosinality's `mean_latent`
MEAN_SEED = 0
NOISE_SEED = 0
SKIPS, TAKEN = "skips", "taken"  # of the metadata: what a domain's file says that draws with skips

_log = logging.getLogger(__name__)


def load_model(
    path: str | Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Model:
    """The model in a checkpoint, in evaluation mode; what the file is comes from its contents.

    Reads StyleGANEX task files, pSp, e4e and ReStyle files (their generator), rosinality and
    StyleGAN-NADA generators, NVlabs' StyleGAN2 pickles, and our safetensors. A generator alone
    gives a model without encoder. A file without a mean latent gets the mean of 4096 mapped samples
    of seed 0; one without noise maps whose layers use noise gets maps drawn with seed 0.

    A file of the same name that ends with .edits.json says how far its edits go (`edit_ranges`).

    Gradients can flow through the model wherever it was loaded, also under inference mode.

    Raises CheckpointError for a file that is missing, damaged, unsafe or of another kind.
    """
    path = Path(path)
    with torch.inference_mode(False), torch.no_grad():
        contents = read_whole_file(path)
        parts, takes_skips = find_model(contents), contents.metadata.get(SKIPS) == TAKEN
        model, tensors = complete_parts(parts, path)
        spell, note = parts.spell, parts.foreign_encoder
        vectors = {name: read_vector(vector) for name, vector in parts.edit_vectors.items()}
        changes = read_changes(parts.average_changes)
        del parts, contents  # `tensors` holds the weights now, and frees them one by one
        fill_model(model, _own_tensors(tensors, spell, path, device, dtype))
        arrange_weights(model)
        model.edit_vectors = vectors
        model.average_changes = changes
        model.edit_ranges = read_edit_ranges(path)
        model.foreign_encoder = note
        model.takes_skips = takes_skips
    return model


def complete_parts(parts: ModelParts, path: Path) -> tuple[Model, Tensors]:
    """The model of a file, empty yet, and all its tensors, the mean latent among them.

    Training options are honoured, and what files may leave out is filled in. Raises
    CheckpointError naming the format and the first keys that are missing or do not fit.
    """
    try:
        tensors = _choose_fusions(parts)
        config = detect_model(tensors, parts.spell)
        model = empty_model(config, path.stem)
        expected = model.state_dict()
        tensors |= _counters(tensors, expected)
        tensors |= _noise_maps(tensors, expected, path)
        del expected["latent_avg"]
        check_complete(expected, tensors, parts.spell)
        tensors["latent_avg"] = _expand_latent_avg(parts.latent_avg, tensors, config)
        if parts.options.get("start_from_latent_avg") is False:
            tensors |= _offset_heads(tensors)
        for vector in parts.edit_vectors.values():
            read_vector(vector)
        read_changes(parts.average_changes)
    except StyleGANEXError as error:
        raise CheckpointError(
            f"{echo(path.name)} looks like {parts.title}, but cannot be used: {error}"
        ) from error
    return model, tensors


def _choose_fusions(parts: ModelParts) -> Tensors:
    """The tensors without the fusions that the training options switch off; without options all."""
    use_skip, count = parts.options.get("use_skip"), parts.options.get("skip_max_layer")
    if use_skip is False:
        count = 0
    elif not isinstance(count, int):
        return dict(parts.tensors)
    numbers = {
        key: int(m[1]) for key in parts.tensors if (m := re.match(r"fusions\.(\d{1,4})\.", key))
    }
    missing = set(range(min(count, len(FUSION_TAPS)))) - set(numbers.values())
    if use_skip and missing:
        key = parts.spell(f"fusions.{min(missing)}.transform.weight")
        raise CheckpointError(f"its options ask for {count} skip fusions, but it lacks {key}.")
    return {key: t for key, t in parts.tensors.items() if numbers.get(key, -1) < count}


def _counters(tensors: Mapping[str, torch.Tensor], expected: Tensors) -> Tensors:
    """Batch norm's step counters: files lack them or round them, and nothing reads them."""
    return {
        key: torch.zeros((), dtype=torch.int64)
        for key in expected
        if key.endswith(".num_batches_tracked") and not _is_counter(tensors.get(key))
    }


def _is_counter(tensor: torch.Tensor | None) -> bool:
    return tensor is not None and tensor.dtype == torch.int64 and tensor.ndim == 0


def _noise_maps(tensors: Mapping[str, torch.Tensor], expected: Tensors, path: Path) -> Tensors:
    """The noise maps of a file without any: zeros where no layer uses noise, else Gaussian ones,
    the same at every loading.
    """
    maps = [key for key in expected if key.startswith("generator.noise_maps.")]
    if any(key in tensors for key in maps):
        return {}
    strengths = [tensor for key, tensor in tensors.items() if key.endswith(".noise_strength")]
    if not any(map(torch.any, strengths)):
        return {key: torch.zeros(expected[key].shape) for key in maps}
    _log.warning(
        "%s holds no noise maps, though its layers use noise; they were drawn with seed %d, so "
        "fine texture differs from other programs'.",
        echo(path.name),
        NOISE_SEED,
    )
    random = torch.Generator().manual_seed(NOISE_SEED)
    return {key: torch.randn(expected[key].shape, generator=random) for key in maps}


def _expand_latent_avg(
    latent_avg: torch.Tensor | None, tensors: Tensors, config: ModelConfig
) -> torch.Tensor:
    """The mean latent [L, D], from [D], [1, D], [L, D] or [1, L, D]; computed when None."""
    slots, width = config.generator.num_slots, config.generator.style_dim
    if latent_avg is None:
        latent_avg = _mean_style(tensors, config)
    rows = latent_avg.squeeze(0) if latent_avg.ndim == 3 else torch.atleast_2d(latent_avg)
    if rows.shape not in ((1, width), (slots, width)) or not is_plain(rows):
        kind = "" if is_plain(rows) else f" of {str(rows.dtype).removeprefix('torch.')}"
        raise CheckpointError(
            f"latent_avg is {list(latent_avg.shape)}{kind}; expected [{slots}, {width}] or "
            f"[{width}] of float32."
        )
    return rows.expand(slots, width)


def _mean_style(tensors: Tensors, config: ModelConfig) -> torch.Tensor:
    """The mean [D] of mapped Gaussian samples, the same on every machine."""
    prefix = "generator.mapping."
    width = config.generator.style_dim
    with unfilled():
        mapping = MappingNetwork(width, config.generator.mapping_layers)
    weights = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
    mapping.load_state_dict({key: t.float() for key, t in weights.items()}, assign=True)
    random = torch.Generator().manual_seed(MEAN_SEED)
    return mapping(torch.randn(MEAN_SAMPLES, width, generator=random)).mean(dim=0)


def _offset_heads(tensors: Tensors) -> Tensors:
    """The biases that make heads trained to give whole styles give offsets from the mean latent."""
    biases = {}
    for slot, mean in enumerate(tensors["latent_avg"]):
        key = f"encoder.style_heads.{slot}.bias"
        if key in tensors:
            biases[key] = tensors[key] - mean.to(tensors[key].dtype)
    return biases


def _own_tensors(
    tensors: Tensors,
    spell: Spell,
    path: Path,
    device: torch.device | str,
    dtype: torch.dtype,
) -> Tensors:
    """Copies on the device, floating ones in `dtype`; empties `tensors` on the way.

    Copies, because tensors of a safetensors file are windows into it: the file could change later.
    One by one, so that the weights are never in memory twice.
    """
    owned = {}
    for key in list(tensors):
        tensor = tensors.pop(key).detach()
        kind = dtype if tensor.is_floating_point() else tensor.dtype
        copy = tensor.to(device, kind, copy=True, memory_format=torch.contiguous_format)
        if not is_finite(copy):
            reason = "the file is damaged"
            if is_finite(tensor):
                reason = f"its numbers are too large for {dtype}; load in bfloat16 or float32"
            raise CheckpointError(
                f"{echo(path.name)}: {spell(key)} holds NaN or infinite numbers: {reason}."
            )
        owned[key] = copy
    return owned
