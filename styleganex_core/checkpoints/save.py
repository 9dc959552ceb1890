"""Models to files, and files of other formats to ours."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from ..errors import CheckpointError
from ..networks import Model
from .average import list_tensors_of
from .formats import find_model, identify, name_kind
from .latent_files import load_latents, save_latents
from .levels import has_levels, is_worth_levels, quantise
from .load import SKIPS, TAKEN, load_model
from .read import FileContents, is_finite
from .shared_tensors import leave_out, read_whole_file
from .vector_layouts import VECTOR_PREFIX
from .vectors import edit_vector_names, load_edit_vector, save_edit_vectors
from .write import write_safetensors

FORMAT = "styleganex model"

_log = logging.getLogger(__name__)


def save_model(
    model: Model,
    path: str | Path,
    *,
    metadata: Mapping[str, str] | None = None,
    dtype: torch.dtype = torch.float16,
    base: str | Path | None = None,
) -> None:
    """Writes the model with its edit vectors as safetensors, whole or not at all.

    The file's metadata holds the sizes of the networks (JSON, key `config`) and `metadata`, where
    provenance belongs: source, licence, training. `load_model` reads the file back.

    Floating tensors are stored in `dtype`, but one whose numbers do not fit stays float32, and so
    do edit vectors; average changes are float16. torch.uint8: large weights in 8 bit with a scale
    per output channel (`levels`), the others in float16. Noise maps are left out when no layer uses
    noise, and so is what `base`, a safetensors file that must stay beside `path`, holds alike.
    Raises CheckpointError for a model with NaN or infinite weights.
    """
    eight_bit = dtype == torch.uint8
    dtype = torch.float16 if eight_bit else dtype
    state = model.state_dict()
    strengths = [tensor for key, tensor in state.items() if key.endswith(".noise_strength")]
    without_noise = not any(map(torch.any, strengths))
    tensors = {}
    for key, tensor in state.items():
        counter = key.endswith(".num_batches_tracked")
        if counter or (without_noise and key.startswith("generator.noise_maps.")):
            continue
        narrow = _narrow(key, tensor, dtype)
        if eight_bit and is_worth_levels(key, tensor):
            tensors |= quantise(key, tensor)
        else:
            tensors[key] = narrow
    for name, vector in model.edit_vectors.items():
        tensors[VECTOR_PREFIX + name] = vector.float()
    tensors |= list_tensors_of(model.average_changes)
    config = json.dumps(dataclasses.asdict(model.config))
    metadata = {**(metadata or {}), "format": FORMAT, "config": config}
    if model.takes_skips:
        metadata[SKIPS] = TAKEN
    if base is not None:
        tensors, where = leave_out(tensors, Path(base))
        metadata |= where
    write_safetensors(path, tensors, metadata)


def convert_file(
    source: str | Path, target: str | Path, *, dtype: torch.dtype | None = None
) -> None:
    """Writes the model, latents or edit vectors in `source` to `target` as our safetensors.

    `dtype` None keeps a model in the precision that most of its numbers have. The target's
    metadata tells where it came from.
    """
    source, target = Path(source), Path(target)
    if target.suffix != ".safetensors":
        raise CheckpointError(f"{target.name} will be a safetensors file; name it *.safetensors.")
    contents = read_whole_file(source)
    kind = identify(contents.data)
    metadata = {"source": f"{source.name}, {name_kind(contents.data)}", **contents.metadata}
    if kind in ("latents", "inversion"):
        save_latents(load_latents(source), target, metadata=metadata)
    elif kind == "vectors":
        names = edit_vector_names(source)
        vectors = {name: load_edit_vector(source, name) for name in names}
        save_edit_vectors(target, vectors, metadata)
    else:
        metadata = {**_options_text(contents), **metadata}
        if dtype is None and contents.format == "safetensors" and has_levels(contents.data):
            dtype = torch.uint8
        dtype = dtype or _common_dtype(find_model(contents).tensors.values())
        del contents  # the weights are read again below; one copy at a time
        save_model(load_model(source), target, metadata=metadata, dtype=dtype)


def _options_text(contents: FileContents) -> dict[str, str]:
    options = find_model(contents).options
    return {"options": json.dumps(options, default=str)} if options else {}


def _common_dtype(tensors: Iterable[torch.Tensor]) -> torch.dtype:
    """The floating dtype of most numbers, float32 at most."""
    numbers: Counter[torch.dtype] = Counter()
    for tensor in tensors:
        if tensor.is_floating_point():
            numbers[tensor.dtype] += tensor.numel()
    dtype = numbers.most_common(1)[0][0] if numbers else torch.float32
    return torch.float32 if dtype == torch.float64 else dtype


def _narrow(key: str, tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if not tensor.is_floating_point():
        return tensor
    narrow = tensor.to(dtype).contiguous()
    if is_finite(narrow):
        return narrow
    if not is_finite(tensor):
        raise CheckpointError(
            f"{key} holds NaN or infinite numbers; this model is broken and was not saved."
        )
    _log.info("%s does not fit into %s and stays float32", key, dtype)
    return tensor.float().contiguous()
