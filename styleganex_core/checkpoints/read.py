"""A file's contents, told from its bytes; nothing in a file is ever run."""

from __future__ import annotations

import argparse
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from ..errors import CheckpointError

SUPPORTED = "safetensors, PyTorch .pt of plain tensors, .npy and .npz"
ASK_FOR_SAFE = "ask its author for a safetensors file or for a .pt that holds nothing but tensors."
# Before 2.6 a crafted file could get around weights_only (CVE-2025-32434).
SAFE_TORCH = (2, 6)
TORCH_LEGACY_MAGIC = bytes.fromhex("6cfc9c46f9206aa85019")  # 0x1950a86a20f9469cfc6c, little-endian
NVLABS_MARKS = (b"torch_utils.persistence", b"torch_utils\npersistence", b"dnnlib")
PICKLE_PROTOCOLS = (b"\x02", b"\x03", b"\x04", b"\x05")
HEAD_BYTES = 1 << 20  # enough to see a pickle's first imports
LARGEST_HEADER = 100_000_000  # bytes, safetensors' own limit

Format = Literal["safetensors", "torch", "npy", "npz"]


@dataclass(frozen=True)
class FileContents:
    """What a file holds: `data` is a tensor, or dictionaries and lists of tensors and plain values.

    `metadata` is the text that a safetensors file carries beside its tensors.
    """

    path: Path
    format: Format
    data: Any
    metadata: dict[str, str] = field(default_factory=dict)


def read_file(path: str | Path) -> FileContents:
    """The contents of the file at `path`, tensors on the CPU in the dtype they were stored in.

    The name's ending plays no part. Raises CheckpointError for a file that is missing, damaged,
    of no known kind, or that asks for Python code.
    """
    path = Path(path)
    file_format = _detect_format(path)
    metadata: dict[str, str] = {}
    if file_format == "safetensors":
        data, metadata = _read_safetensors(path)
    elif file_format == "torch":
        data = _read_torch(path)
    else:
        data = _read_numpy(path)
    _check_tensors(data, path)
    return FileContents(path, file_format, data, metadata)


def _detect_format(path: Path) -> Format:
    if path.is_dir():
        raise CheckpointError(f"{path.name} is a folder; expected a file ({SUPPORTED}).")
    if not path.is_file():
        raise CheckpointError(f"there is no file {path}; check its name and folder.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not head:
        raise CheckpointError(f"{path.name} is empty; download or copy it again.")
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PK\x03\x04"):
        return _detect_zip(path)
    if TORCH_LEGACY_MAGIC in head[:32]:
        return "torch"
    if len(head) > 8 and head[8:9] == b"{" and struct.unpack("<Q", head[:8])[0] < LARGEST_HEADER:
        return "safetensors"
    raise CheckpointError(_explain_unknown(path, head))


def _detect_zip(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise CheckpointError(_damaged(path, "a PyTorch or zip file")) from None
    if any(name.endswith("/data.pkl") for name in names):
        return "torch"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    raise CheckpointError(
        f"{path.name} is a zip archive without tensors; unpack it, and load a file of these kinds: "
        f"{SUPPORTED}."
    )


def _explain_unknown(path: Path, head: bytes) -> str:
    if any(mark in head for mark in NVLABS_MARKS):
        return (
            f"{path.name} is an NVlabs network pickle, which holds Python source code that opening "
            "it would run; nothing in it was run. Convert it with rosinality's convert_weight.py "
            "on a machine where you trust it, and load the .pt (key 'g_ema') that this makes."
        )
    if head[:1] == b"\x80" and head[1:2] in PICKLE_PROTOCOLS:
        return (
            f"{path.name} is a Python pickle, which can run code when it is opened; nothing in it "
            f"was run. Please {ASK_FOR_SAFE}"
        )
    start = head[:256].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return f"{path.name} is a web page, not a model: the download failed. Download it again."
    if start.startswith(b"version https://git-lfs"):
        return f"{path.name} is a Git LFS pointer, not the file; fetch that with `git lfs pull`."
    return (
        f"{path.name} is of no known kind, or its beginning is damaged; supported are {SUPPORTED}."
    )


def _read_safetensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return tensors, dict(file.metadata() or {})
    except (SafetensorError, OSError, ValueError, KeyError, AttributeError) as error:
        raise CheckpointError(_damaged(path, "a safetensors file")) from error


def _read_torch(path: Path) -> Any:
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < SAFE_TORCH:
        raise CheckpointError(
            f"{path.name} is a PyTorch file, which torch {torch.__version__} cannot open without "
            "the risk of running code in it; update torch to 2.6, or load a safetensors file."
        )
    try:
        # The argparse.Namespace of training dumps is a plain record; all else stays forbidden.
        # An open file, because torch would go by the ending of a path.
        with torch.serialization.safe_globals([argparse.Namespace]), path.open("rb") as file:
            return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file can raise almost anything in torch's reader
        text = str(error)
        code = re.search(r"GLOBAL (\S+?)[,;]? ", text)
        if code is None and "TorchScript" not in text and "Unsupported" not in text:
            raise CheckpointError(_damaged(path, "a PyTorch file")) from error
        wanted = f" ({code[1]})" if code else ""
        # Not chained: torch's own text advises to run the code.
        raise CheckpointError(
            f"{path.name} needs Python code to be opened{wanted}, which could do anything; "
            f"nothing in it was run. Please {ASK_FOR_SAFE}"
        ) from None


def _read_numpy(path: Path) -> torch.Tensor | dict[str, torch.Tensor]:
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return _from_numpy(loaded)
        with loaded:
            return {name: _from_numpy(loaded[name]) for name in loaded.files}
    except Exception as error:
        if "pickle" in str(error):
            raise CheckpointError(
                f"{path.name} holds Python objects, which can run code when they are opened; "
                "nothing in it was run. Save the numbers alone (a float array) and load that."
            ) from None
        raise CheckpointError(_damaged(path, "a NumPy file")) from error


def _from_numpy(array: np.ndarray) -> torch.Tensor:
    native = array.astype(array.dtype.newbyteorder("="))  # a copy: torch needs it writable
    return torch.from_numpy(native)


def _damaged(path: Path, kind: str) -> str:
    return (
        f"{path.name} looks like {kind} but is cut short or damaged "
        f"({path.stat().st_size:,} bytes); download or copy it again."
    )


def _check_tensors(data: Any, path: Path) -> None:
    """Refuses tensors without plain numbers, and tiny files that claim to hold huge ones."""
    # Compressed and repeated (stride 0) rows are honest up to here; beyond lies a memory bomb.
    limit = max(16 * path.stat().st_size, 64 << 20)
    for name, tensor in list_tensors(data):
        if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
            raise CheckpointError(
                f"{path.name}: {name or 'its tensor'} is sparse, quantised or empty of numbers; "
                "save it as an ordinary tensor."
            )
        if tensor.numel() * tensor.element_size() > limit:
            raise CheckpointError(
                f"{path.name} is damaged: {name or 'its tensor'} claims the shape "
                f"{list(tensor.shape)}, more than the file can hold."
            )


def list_tensors(data: Any, name: str = "") -> list[tuple[str, torch.Tensor]]:
    """Every tensor in `data` with its place in it: `g_ema.conv1.conv.weight`, `f.0`."""
    if isinstance(data, torch.Tensor):
        return [(name, data)]
    if isinstance(data, Mapping):
        items = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, Sequence) and not isinstance(data, str):
        items = [(str(index), value) for index, value in enumerate(data)]
    else:
        return []
    prefix = f"{name}." if name else ""
    return [found for key, value in items for found in list_tensors(value, prefix + key)]


def is_finite(tensor: torch.Tensor) -> bool:
    """Whether no number is NaN or infinite.

    The sum tells at a fraction of the cost; only where it overflows is every number looked at.
    """
    if not tensor.is_floating_point():
        return True
    dtype = torch.promote_types(tensor.dtype, torch.float32)
    return bool(tensor.sum(dtype=dtype).isfinite()) or bool(tensor.isfinite().all())
