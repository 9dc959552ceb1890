"""NVlabs' network pickles: stylegan2-ada and stylegan3's stylegan2 configs, and TensorFlow's.

Such a file carries the source text of its networks; here that text is data like any other. Source
of the names: docs/networks.md, "File formats".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ...errors import CheckpointError
from ..read import Record
from .parts import Format, ModelParts, Tensors, is_tensor

TITLE = "an NVlabs StyleGAN2 network pickle"
TORCH = "torch_utils.persistence._reconstruct_persistent_obj"
TENSORFLOW = "dnnlib.tflib.network.Network"
RESOLUTIONS = tuple(4 << step for step in range(9))  # 4 to 1024 px
MOST_DENSE_LAYERS = 32  # of the mapping network
DEEPEST = 16  # networks inside networks


def detect(data: Any) -> bool:
    return _averaged_generator(data) is not None


def load(data: Any) -> ModelParts:
    """The generator whose weights are the running mean. Raises CheckpointError for other designs
    of NVlabs': StyleGAN1, StyleGAN3's own, and those that want a class.
    """
    network = _averaged_generator(data)
    assert network is not None
    found = _torch_tensors(network) if network.name == TORCH else _tensorflow_tensors(network)
    _check_design(found)
    names = {theirs: ours for theirs, (ours, _) in _torch_names().items()}
    latent_avg = found.pop("mapping.w_avg", None)
    tensors = {
        # Keys we do not know keep their name, so that loading can list them.
        f"generator.{names.get(key, key)}": _reshape(key, tensor)
        for key, tensor in found.items()
        if not key.endswith("resample_filter")  # follows from the architecture
    }
    theirs = {f"generator.{ours}": key for key, ours in names.items()}
    return ModelParts(TITLE, tensors, lambda key: theirs.get(key, key), latent_avg)


def _averaged_generator(data: Any) -> Record | None:
    """`G_ema` of PyTorch's dictionary, Gs of TensorFlow's three networks, or a network alone."""
    if isinstance(data, Mapping):
        data = data.get("G_ema")
    elif isinstance(data, (tuple, list)) and len(data) == 3:
        data = data[2]
    return data if isinstance(data, Record) and data.name in (TORCH, TENSORFLOW) else None


def _torch_tensors(network: Record) -> Tensors:
    """The parameters and buffers of a network and of those inside it, by their dotted names."""
    found: Tensors = {}

    def collect(record: Any, prefix: str, depth: int) -> None:
        state = _state_of(record)
        if depth > DEEPEST:
            raise CheckpointError("its networks are nested too deeply.")
        for kind in ("_parameters", "_buffers"):
            for name, value in _items(state.get(kind)):
                if is_tensor(value):
                    found[f"{prefix}{name}"] = value
        for name, inner in _items(state.get("_modules")):
            collect(inner, f"{prefix}{name}.", depth + 1)

    collect(network, "", 0)
    return found


def _state_of(record: Any) -> Mapping[Any, Any]:
    if not isinstance(record, Record):
        return {}
    if record.name == TORCH and record.arguments:
        meta = record.arguments[0]
        state = meta.get("state") if isinstance(meta, Mapping) else None
    else:
        state = record.state
    return state if isinstance(state, Mapping) else {}


def _items(data: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in data.items()] if isinstance(data, Mapping) else []


def _check_design(found: Tensors) -> None:
    if "mapping.embed.weight" in found:
        raise CheckpointError(
            "its generator draws pictures of a class that has to be named (it was trained on "
            "labels); only generators without labels are supported."
        )
    if any(key.startswith("synthesis.input.") for key in found):
        raise CheckpointError(
            "its generator is of StyleGAN3's own design; of StyleGAN3's files, only those of its "
            "StyleGAN2 configuration are supported."
        )


def _torch_names() -> dict[str, tuple[str, str]]:
    """The names of PyTorch's tensors: our name, and TensorFlow's for the same numbers."""
    names = {"synthesis.b4.const": ("constant", "synthesis/4x4/Const/const")}
    for layer in range(MOST_DENSE_LAYERS):
        dense = f"mapping/Dense{layer}"
        names[f"mapping.fc{layer}.weight"] = (f"mapping.weights.{layer}", f"{dense}/weight")
        names[f"mapping.fc{layer}.bias"] = (f"mapping.biases.{layer}", f"{dense}/bias")
    for step, side in enumerate(RESOLUTIONS):
        block, scope = f"synthesis.b{side}", f"synthesis/{side}x{side}"
        rgb = {"weight": "weight", "bias": "bias"}
        names |= _scoped(f"{block}.torgb", f"heads.{step}", f"{scope}/ToRGB", rgb)
        layers = [("conv0", 2 * step - 1, "Conv0_up"), ("conv1", 2 * step, "Conv1")]
        for conv, layer, their in layers if step else [("conv1", 0, "Conv")]:
            own = {"weight": "conv.weight", "bias": "bias", "noise_strength": "noise_strength"}
            names |= _scoped(f"{block}.{conv}", f"layers.{layer}", f"{scope}/{their}", own)
            names[f"{block}.{conv}.noise_const"] = (
                f"noise_maps.{layer}",
                f"synthesis/noise{layer}",
            )
    return names


def _scoped(
    theirs: str, ours: str, scope: str, leaves: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """The names of a layer with its modulation."""
    names = {
        f"{theirs}.{leaf}": (f"{ours}.{our}", f"{scope}/{leaf}") for leaf, our in leaves.items()
    }
    inner = "modulation" if "heads." in ours else "conv.modulation"
    for leaf in ("weight", "bias"):
        names[f"{theirs}.affine.{leaf}"] = (f"{ours}.{inner}.{leaf}", f"{scope}/mod_{leaf}")
    return names


def _reshape(key: str, tensor: torch.Tensor) -> torch.Tensor:
    """The tensor with the axes that ours has."""
    if key == "synthesis.b4.const" and tensor.ndim == 3:
        return tensor[None]  # [1, C, 4, 4]
    if key.endswith(".noise_const") and tensor.ndim == 2:
        return tensor[None, None]  # [1, 1, r, r]
    if key.endswith(".torgb.weight") and tensor.ndim == 4 and tensor.shape[2:] == (1, 1):
        return tensor[:, :, 0, 0]  # [3, C]
    if key.endswith(".noise_strength") and tensor.numel() == 1:
        return tensor.reshape(())
    return tensor


def _tensorflow_tensors(network: Record) -> Tensors:
    """The variables of a TensorFlow network under the names and in the layout of PyTorch's."""
    found: Tensors = {}

    def collect(record: Any, prefix: str, depth: int) -> None:
        state = _state_of(record)
        if depth > DEEPEST:
            raise CheckpointError("its networks are nested too deeply.")
        variables = state.get("variables")
        for pair in variables if isinstance(variables, (list, tuple)) else ():
            if isinstance(pair, (list, tuple)) and len(pair) == 2 and is_tensor(pair[1]):
                found[f"{prefix}{pair[0]}"] = pair[1]
        for name, inner in _items(state.get("components")):
            collect(inner, f"{prefix}{name}/", depth + 1)

    collect(network, "", 0)
    if any("StyleMod" in name for name in found):
        raise CheckpointError("its generator is a StyleGAN1; only StyleGAN2 is supported.")
    theirs = {scope: name for name, (_, scope) in _torch_names().items()}
    theirs["dlatent_avg"] = "mapping.w_avg"
    if "mapping/LabelConcat/weight" in found:
        theirs["mapping/LabelConcat/weight"] = "mapping.embed.weight"
    return {theirs[key]: _from_tensorflow(key, t) for key, t in found.items() if key in theirs}


def _from_tensorflow(name: str, tensor: torch.Tensor) -> torch.Tensor:
    """TensorFlow's layouts: dense [I, O], kernels [k, k, I, O], and modulation biases less 1."""
    if name.endswith("/mod_bias"):
        return tensor + 1
    if tensor.ndim == 2:
        return tensor.T
    if tensor.ndim == 4 and name.endswith("/weight"):
        if "Conv0_up" in name:
            tensor = tensor.flip(0, 1)
        return tensor.permute(3, 2, 0, 1)
    if tensor.ndim == 4:  # the constant [1, C, 4, 4] and noise [1, 1, r, r]
        return tensor[0] if tensor.shape[1] > 1 else tensor[0, 0]
    return tensor


FORMAT = Format(
    TITLE,
    detect,
    load,
    first_keys=("G_ema", "synthesis.b4.const [C, 4, 4]"),
    marks=("synthesis.", "mapping.fc", "torgb"),
)
