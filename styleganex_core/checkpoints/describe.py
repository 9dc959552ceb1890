"""What a file holds, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from ..datatypes import Latents
from ..errors import echo
from ..networks import ModelConfig
from .average import read_changes
from .formats import ModelParts, find_model, identify, name_kind
from .latent_files import load_latents
from .load import complete_parts
from .shared_tensors import read_whole_file
from .vector_layouts import find_styles, find_vectors

LONGEST_VALUE = 300  # characters of a metadata value
NAMED_VECTORS = 20


def describe_file(path: str | Path) -> str:
    """Lines that tell what is in a file: kind, sizes, parts, edit vectors, metadata.

    Raises CheckpointError for a file that cannot be loaded, as loading would.
    """
    contents = read_whole_file(path)
    kind = identify(contents.data)
    megabytes = contents.path.stat().st_size / 1e6
    lines = {
        "file": f"{echo(contents.path.name)}, {megabytes:.1f} MB, {contents.format}",
        "kind": name_kind(contents.data),
    }
    if kind in ("latents", "inversion"):
        lines |= _describe_latents(load_latents(path))
    elif kind == "styles":
        lines |= {"pictures": _list_styles(contents.data)}
    elif kind == "vectors":
        lines |= {"vectors": _list_vectors(find_vectors(contents.data))}
    else:
        lines |= _describe_model(find_model(contents), contents.path)
    for key, value in contents.metadata.items():
        shown = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}..."
        lines[echo(f"metadata {key}")] = echo(shown, LONGEST_VALUE + 3)
    width = max(map(len, lines))
    return "\n".join(f"{label:<{width}}  {text}" for label, text in lines.items())


def _describe_model(parts: ModelParts, path: Path) -> dict[str, str]:
    numbers = sum(tensor.numel() for tensor in parts.tensors.values())
    dtypes = _name_dtypes(parts.tensors.values())
    stored_mean = parts.latent_avg is not None
    config = complete_parts(parts, path)[0].config
    generator = config.generator
    return {
        "generator": f"{generator.size} px, {generator.num_slots} style slots of "
        f"{generator.style_dim}, channels {_list(generator.channels)}",
        "mean latent": "stored" if stored_mean else "not stored, computed when loaded",
        "encoder": _describe_encoder(config, parts.foreign_encoder),
        "fusions": _describe_fusions(config),
        "edit vectors": _list_vectors(parts.edit_vectors) or "none",
        "average changes": _list(read_changes(parts.average_changes)) or "none",
        "numbers": f"{numbers:,} in {dtypes}",
    }


def _describe_encoder(config: ModelConfig, foreign: str) -> str:
    encoder = config.encoder
    if encoder is None and foreign:
        return f"none that can be used: {foreign}"
    if encoder is None:
        return "none: this model can sample and decode, but not encode"
    if encoder.label_channels:
        return f"for maps of {encoder.label_channels} channels (1 sketch, 19 mask) and photos"
    return "for photos"


def _describe_fusions(config: ModelConfig) -> str:
    fusions = config.fusions
    if not fusions:
        return "none"
    kinds = []
    if any(fusion.gate_layers for fusion in fusions):
        kinds.append("attention")
    if any(fusion.rgb for fusion in fusions):
        kinds.append("RGB")
    return f"{len(fusions)}" + (f" with {' and '.join(kinds)}" if kinds else "")


def _describe_latents(latents: Latents) -> dict[str, str]:
    parts = [name for name in ("skips", "edit", "noise") if getattr(latents, name) is not None]
    return {
        "pictures": str(latents.batch),
        "f": str(list(latents.f.shape)),
        "w_plus": str(list(latents.w_plus.shape)),
        "also holds": ", ".join(parts) or "nothing",
        "picture size": f"{latents.size[1]} x {latents.size[0]} px" if latents.size else "all of f",
        "numbers": _name_dtypes([latents.f, latents.w_plus]),
    }


def _list_styles(data: object) -> str:
    """The pictures whose styles a file holds, with their shapes."""
    return _list_vectors(find_styles(data) or {})


def _list_vectors(vectors: Mapping[str, torch.Tensor]) -> str:
    named = [f"{echo(name, 80)} {list(vector.shape)}".strip() for name, vector in vectors.items()]
    more = f" and {len(named) - NAMED_VECTORS} more" if len(named) > NAMED_VECTORS else ""
    return ", ".join(named[:NAMED_VECTORS]) + more


def _name_dtypes(tensors: Iterable[torch.Tensor]) -> str:
    floating = {str(t.dtype).removeprefix("torch.") for t in tensors if t.is_floating_point()}
    return _list(sorted(floating))


def _list(items: Iterable[object]) -> str:
    return ", ".join(map(str, items))
