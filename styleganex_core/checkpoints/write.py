"""Safetensors files, written whole or not at all."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from ..errors import CheckpointError


def write_safetensors(
    path: str | Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]
) -> None:
    """Writes `tensors` and `metadata` (text to text) to `path`.

    The file appears under its name only once it is complete; a failed write leaves what was there.
    Raises CheckpointError when the folder is missing or the disk refuses.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise CheckpointError(f"cannot write {path.name}: there is no folder {path.parent}.")
    if path.is_dir():
        raise CheckpointError(f"cannot write {path}: it is a folder; give a file name.")
    text = {str(key): str(value) for key, value in metadata.items()}
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        temporary.touch()
        rights = temporary.stat().st_mode  # those of any new file; save_file's are its owner's only
        save_file(_separate(tensors), temporary, text)
        temporary.chmod(rights)
        temporary.replace(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"cannot write {path}: {error}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _separate(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors on the CPU, each alone in its memory, as the format needs; copied where not."""
    separate: dict[str, torch.Tensor] = {}
    taken: set[int] = set()
    for name, tensor in tensors.items():
        tensor = tensor.detach().to("cpu").contiguous()
        alone = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
        if not alone or tensor.data_ptr() in taken:
            tensor = tensor.clone()
        taken.add(tensor.data_ptr())
        separate[name] = tensor
    return separate
