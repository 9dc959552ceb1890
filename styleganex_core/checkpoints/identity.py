"""ArcFace and other IR-SE-50 trunks from their published files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from ..errors import CheckpointError
from ..networks.identity import IdentityNetwork
from ..networks.unfilled import unfilled
from .convert import convert_encoder
from .detect import check_complete
from .read import read_file

PREFIX = "encoder."
_FIRST_KEY = "input_layer.0.weight"
_COUNTER = "num_batches_tracked"  # batch norm's, which nothing reads
_END = {"output_layer.0.": "norm.", "output_layer.3.": "linear.", "output_layer.4.": "last_norm."}

Tensors = dict[str, torch.Tensor]


def load_identity(path: str | Path, *, device: torch.device | str = "cpu") -> IdentityNetwork:
    """ArcFace on IR-SE-50 from the file at `path` (`model_ir_se50.pth`), float32, evaluating.

    Raises CheckpointError for other files.
    """
    path = Path(path)
    with torch.inference_mode(False), torch.no_grad():
        found = _trunk_tensors(path)
        trunk = convert_encoder(_part(found, end=False))
        renamed = {key.removeprefix(PREFIX): tensor for key, tensor in trunk.items()}
        tensors = {
            key: tensor.to(device, torch.float32, copy=True)
            for key, tensor in {**renamed, **_rename_end(found)}.items()
            if not key.endswith(_COUNTER)
        }
        with unfilled():
            network = IdentityNetwork()
        expected = network.state_dict()
        counters = [key for key in expected if key.endswith(_COUNTER)]
        try:
            check_complete({k: t for k, t in expected.items() if k not in counters}, tensors)
        except CheckpointError as error:
            raise CheckpointError(
                f"{path.name} looks like an IR-SE-50 network, but cannot be used: {error}"
            ) from error
        zero = torch.zeros((), dtype=torch.int64, device=device)
        network.load_state_dict(tensors | dict.fromkeys(counters, zero), assign=True)
        return network.eval().requires_grad_(False)


def load_trunk(path: str | Path) -> Tensors:
    """The tensors of an IR-SE-50 under the names that `Model` gives its encoder's, float32.

    From ArcFace (its trunk), pSp or StyleGANEX (style heads and all). Raises CheckpointError for
    files without one.
    """
    found = _part(_trunk_tensors(Path(path)), end=False)
    return {key: tensor.float() for key, tensor in convert_encoder(found).items()}


def _trunk_tensors(path: Path) -> Tensors:
    """What lies beside the key of the first convolution, without its prefix."""
    data = read_file(path).data
    inside = data.get("state_dict") if isinstance(data, Mapping) else None
    flat = inside if isinstance(inside, Mapping) else data
    if isinstance(flat, Mapping):
        for prefix in ("", "encoder.", "module."):
            if prefix + _FIRST_KEY in flat:
                return {
                    str(key)[len(prefix) :]: tensor
                    for key, tensor in flat.items()
                    if str(key).startswith(prefix) and isinstance(tensor, torch.Tensor)
                }
    raise CheckpointError(
        f"{path.name} holds no IR-SE-50 network: it lacks {_FIRST_KEY}. Choose model_ir_se50.pth, "
        "or a pSp or StyleGANEX checkpoint."
    )


def _part(tensors: Tensors, *, end: bool) -> Tensors:
    """ArcFace's own end, or all else."""
    return {key: t for key, t in tensors.items() if key.startswith("output_layer.") == end}


def _rename_end(tensors: Tensors) -> Tensors:
    return {
        ours + key[len(theirs) :]: tensor
        for key, tensor in _part(tensors, end=True).items()
        for theirs, ours in _END.items()
        if key.startswith(theirs)
    }
