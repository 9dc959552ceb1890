"""PyTorch's two file formats, and pickles of tensors without one."""

from __future__ import annotations

import io
import mmap
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import torch

from .archive import open_archive, read_member
from .budget import Budget, CodeInFile, Refusal
from .pickles import read_pickle
from .records import STORAGES, Context, Global, Storage
from .settle import settle

LEGACY_NUMBER = 0x1950A86A20F9469CFC6C
LEGACY_MAGIC = LEGACY_NUMBER.to_bytes(10, "little")  # as it lies in the file
LEGACY_VERSION = 1001
SCRIPT_MARKS = ("/constants.pkl", "/code/")  # of TorchScript: a program


def read_zip(path: Path, budget: Budget) -> Any:
    """The contents of a current PyTorch file: `data.pkl` and one member per storage."""
    with open_archive(path) as archive:
        names = archive.namelist()
        if any(mark in name for name in names for mark in SCRIPT_MARKS):
            raise CodeInFile("TorchScript")
        folder = next(name for name in names if name.endswith("/data.pkl"))[: -len("/data.pkl")]
        order = f"{folder}/byteorder"
        if order in names and read_member(archive, order, budget) != b"little":
            raise Refusal("was saved on a big-endian machine; save it again on another.")
        storages: dict[str, Storage] = {}

        def find_storage(place: Any) -> Storage:
            dtype, key = _check_place(place)
            name = f"{folder}/data/{key}"
            known = storages.get(name)
            if known is None:
                known = storages[name] = Storage(dtype, _load_member(archive, name, budget))
            return known if known.dtype == dtype else Storage(dtype, known.load)

        pickled = io.BytesIO(read_member(archive, f"{folder}/data.pkl", budget))
        data = read_pickle(pickled, _context(budget), find_storage)
        return settle(data, budget)


def read_legacy(path: Path, budget: Budget) -> Any:
    """The contents of a PyTorch file from before 1.6: pickles and numbers in a row."""
    with _mapped(path) as source:
        return settle(_read_legacy(source, budget, nested=False), budget)


def read_plain(path: Path, budget: Budget) -> Any:
    """The contents of a pickle; tensors in it are files in themselves."""
    with _mapped(path) as source:
        return settle(read_pickle(source, _context(budget)), budget)


@contextmanager
def _mapped(path: Path) -> Iterator[BinaryIO]:
    """A reader of the file that never returns more than there is, whatever is requested."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as source:
        yield cast(BinaryIO, source)


def _context(budget: Budget, nested: bool = False) -> Context:
    def read_nested(data: Any) -> Any:
        if nested or not isinstance(data, bytes):
            raise Refusal("is damaged: numbers in it cannot be read.")
        return _read_legacy(io.BytesIO(data), budget, nested=True)

    return Context(budget, read_nested)


def _read_legacy(source: BinaryIO, budget: Budget, *, nested: bool) -> Any:
    context = _context(budget, nested)
    start = [read_pickle(source, context) for _ in range(3)]
    if start[:2] != [LEGACY_NUMBER, LEGACY_VERSION]:
        raise Refusal("is damaged: it does not begin as PyTorch's files do.")
    if type(start[2]) is not dict or start[2].get("little_endian") is not True:
        raise Refusal("was saved on a big-endian machine; save it again on another.")
    storages: dict[str, Storage] = {}

    def find_storage(place: Any) -> Storage:
        dtype, key = _check_place(place)
        if len(place) > 5 and place[5] is not None:
            raise Refusal("was saved by a PyTorch before 0.4; save it again with a newer one.")
        return storages.setdefault(key, Storage(dtype))

    data = read_pickle(source, context, find_storage)
    for key in read_pickle(source, context):
        storage = storages[key]
        (count,) = struct.unpack("<q", source.read(8))
        size = count * storage.dtype.itemsize
        budget.take_bytes(size)
        numbers = source.read(size)
        if len(numbers) != size:
            raise Refusal("is cut short.")
        storage.load = _keep(numbers)
    return data


def _check_place(place: Any) -> tuple[torch.dtype, str]:
    """The dtype and the key of the storage that a pickle names: ("storage", type, key, ...)."""
    if type(place) is not tuple or len(place) < 5 or place[0] != "storage":
        raise Refusal("is damaged: it refers to numbers in an unknown way.")
    kind, key = place[1], place[2]
    if not isinstance(kind, Global) or kind.name not in STORAGES or not isinstance(key, str):
        raise Refusal("is damaged: it refers to numbers of an unknown type.")
    return STORAGES[kind.name], key


def _load_member(archive: zipfile.ZipFile, name: str, budget: Budget):
    loaded: list[torch.Tensor] = []

    def load() -> torch.Tensor:
        if not loaded:
            loaded.append(_as_tensor(read_member(archive, name, budget)))
        return loaded[0]

    return load


def _keep(numbers: bytes):
    return lambda: _as_tensor(bytearray(numbers))


def _as_tensor(data: bytearray) -> torch.Tensor:
    return torch.frombuffer(data, dtype=torch.uint8) if data else torch.empty(0, dtype=torch.uint8)
