"""Safetensors files, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from ..errors import CheckpointError, echo
from ..writing import written_whole


def write_safetensors(
    path: str | Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]
) -> None:
    """Writes `tensors` and `metadata` (text to text) to `path`.

    The file appears under its name only once it is complete; a failed write leaves what was there.
    Raises CheckpointError when the folder is missing or the disk refuses.
    """
    path = Path(path)
    shown = echo(path, 300)
    try:
        if not path.parent.is_dir():
            folder = echo(path.parent, 300)
            raise CheckpointError(f"cannot write {shown}: there is no folder {folder}.")
        if path.is_dir():
            raise CheckpointError(f"cannot write {shown}: it is a folder; give a file name.")
        text = {_storable(str(key)): _storable(str(value)) for key, value in metadata.items()}
        with written_whole(path) as aside:
            aside.touch()
            rights = aside.stat().st_mode  # those of any new file; save_file's are its owner's only
            save_file(_separate(tensors), aside, text)
            aside.chmod(rights)
    except (OSError, ValueError, SafetensorError) as error:  # ValueError: NUL, lone surrogates
        raise CheckpointError(f"cannot write {shown}: {error}.") from error


def _storable(text: str) -> str:
    """The text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


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
