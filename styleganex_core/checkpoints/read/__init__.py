"""A file's contents, recognised by its bytes; no code in a file is ever run."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch

from ...errors import CheckpointError, echo
from ...patience import is_out_of_memory
from . import arrays, torch_files
from .archive import open_archive
from .budget import Budget, CodeInFile, Refusal
from .records import Record

__all__ = ["FileContents", "Record", "is_finite", "is_plain", "list_tensors", "read_file"]

SUPPORTED = "safetensors, PyTorch .pt, NVlabs .pkl, .npy and .npz"
ASK_FOR_SAFE = "ask its author for a safetensors file or for a .pt that holds nothing but tensors."
PICKLE_PROTOCOLS = (b"\x02", b"\x03", b"\x04", b"\x05")
HEAD_BYTES = 4096
LARGEST_HEADER = 100_000_000  # bytes, safetensors' own limit
PLAIN_DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)

Format = Literal["safetensors", "torch", "torch before 1.6", "pickle", "npy", "npz"]

FORMAT_NAMES: dict[Format, str] = {
    "safetensors": "a safetensors file",
    "torch": "a PyTorch file",
    "torch before 1.6": "a PyTorch file",
    "pickle": "a Python pickle",
    "npy": "a NumPy file",
    "npz": "a NumPy file",
}
_READERS: dict[Format, Callable[[Path, Budget], Any]] = {
    "torch": torch_files.read_zip,
    "torch before 1.6": torch_files.read_legacy,
    "pickle": torch_files.read_plain,
    "npy": arrays.read_npy,
    "npz": arrays.read_npz,
}


@dataclass(frozen=True)
class FileContents:
    """What a file holds: `data` is a tensor, or dictionaries and lists of tensors and plain values.

    Objects of unknown classes are records. `format`: "safetensors", "torch",
    "pickle", "npy" or "npz". `metadata` is the text that a safetensors file carries
    beside its tensors.
    """

    path: Path
    format: str
    data: Any
    metadata: dict[str, str] = field(default_factory=dict)


def read_file(path: str | Path) -> FileContents:
    """The contents of the file at `path`, tensors on the CPU in the dtype they were stored in.

    The file name's extension is ignored. Raises CheckpointError for a file that is missing,
    damaged, of no known kind, asks for more memory than its size explains, or asks for Python code.
    """
    path = Path(path)
    name = echo(path.name)
    try:
        file_format = _detect_format(path)
        budget = Budget.of(path.stat().st_size)
    except (OSError, ValueError) as error:  # ValueError: a name that no system can have
        raise CheckpointError(f"{name} cannot be opened: {_reason(error)}.") from error
    metadata: dict[str, str] = {}
    try:
        if file_format == "safetensors":
            data, metadata = arrays.read_safetensors(path, budget)
        else:
            data = _READERS[file_format](path, budget)
    except Refusal as refusal:
        raise CheckpointError(f"{name} {refusal}") from refusal
    except CodeInFile as code:
        raise CheckpointError(_explain_code(name, str(code))) from None
    except Exception as error:  # a damaged file can raise almost anything in a reader
        if is_out_of_memory(error):
            raise CheckpointError(
                f"{name} does not fit into the memory that is free; close other programs."
            ) from None
        raise CheckpointError(_damaged(path, FORMAT_NAMES[file_format])) from error
    return FileContents(path, file_format.partition(" ")[0], data, metadata)


def _detect_format(path: Path) -> Format:
    name = echo(path.name)
    if path.is_dir():
        raise CheckpointError(f"{name} is a folder; expected a file ({SUPPORTED}).")
    if not path.is_file():
        raise CheckpointError(f"there is no file {echo(path, 300)}; check its name and folder.")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise CheckpointError(f"{name} is empty; download or copy it again.")
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return _detect_zip(path)
    if torch_files.LEGACY_MAGIC in head[:32]:
        return "torch before 1.6"
    if len(head) > 8 and head[8:9] == b"{" and struct.unpack("<Q", head[:8])[0] < LARGEST_HEADER:
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] in PICKLE_PROTOCOLS:
        return "pickle"
    raise CheckpointError(_explain_unknown(name, head))


def _detect_zip(path: Path) -> Format:
    name = echo(path.name)
    try:
        with open_archive(path) as archive:
            if any(member.endswith("/data.pkl") for member in archive.namelist()):
                return "torch"
            if arrays.is_npz(archive):
                return "npz"
    except Refusal as refusal:
        raise CheckpointError(f"{name} {refusal}") from refusal
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise CheckpointError(_damaged(path, "a PyTorch or zip file")) from None
    raise CheckpointError(
        f"{name} is a zip archive without tensors; unpack it, and load a file of these kinds: "
        f"{SUPPORTED}."
    )


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "the system refuses its name"


def _explain_code(name: str, code: str) -> str:
    if code == arrays.OBJECTS:
        return (
            f"{name} holds Python objects, which can run code when they are opened; "
            "nothing in it was run. Save the numbers alone (a float array) and load that."
        )
    return (
        f"{name} needs Python code to be opened ({echo(code)}), which could do anything; "
        f"nothing in it was run. Please {ASK_FOR_SAFE}"
    )


def _explain_unknown(name: str, head: bytes) -> str:
    start = head[:256].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return f"{name} is a web page, not a model: the download failed. Download it again."
    if start.startswith(b"version https://git-lfs"):
        return f"{name} is a Git LFS pointer, not the file; fetch that with `git lfs pull`."
    return f"{name} is of an unknown kind, or its beginning is damaged; supported are {SUPPORTED}."


def _damaged(path: Path, kind: str) -> str:
    return (
        f"{echo(path.name)} looks like {kind} but is cut short or damaged "
        f"({path.stat().st_size:,} bytes); download or copy it again."
    )


def list_tensors(data: Any, name: str = "") -> list[tuple[str, torch.Tensor]]:
    """Every tensor in `data` with its place in it: `g_ema.conv1.conv.weight`, `f.0`.

    A container that is in several places is listed at the first of them.
    """
    found: list[tuple[str, torch.Tensor]] = []
    _collect(data, name, found, set())
    return found


def _collect(data: Any, name: str, found: list[tuple[str, torch.Tensor]], seen: set[int]) -> None:
    if isinstance(data, torch.Tensor):
        found.append((name, data))
        return
    if isinstance(data, Mapping):
        items = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, Sequence) and not isinstance(data, (str, bytes, bytearray)):
        items = [(str(index), value) for index, value in enumerate(data)]
    else:
        return
    if id(data) in seen:
        return
    seen.add(id(data))
    prefix = f"{name}." if name else ""
    for key, value in items:
        _collect(value, prefix + key, found, seen)


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether it holds real numbers of an ordinary precision, none of 8 bits and no integers."""
    return tensor.dtype in PLAIN_DTYPES


def is_finite(tensor: torch.Tensor) -> bool:
    """Whether no number is NaN or infinite.

    The sum answers this at a fraction of the cost; only where it overflows is every number checked.
    """
    if not tensor.is_floating_point():
        return True
    dtype = torch.promote_types(tensor.dtype, torch.float32)
    return bool(tensor.sum(dtype=dtype).isfinite()) or bool(tensor.isfinite().all())
