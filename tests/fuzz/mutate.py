"""Damage: of bytes, of what lies packed inside a file, and of the values that a file holds."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import torch

ODD_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 62, (1 << 64) - 1)
OPCODES = b"(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu})]G\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8bBC\x8c"
OPCODES += b"\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98"
ODD_TEXTS = ("", "\ud800", "\u202e", "a" * 5000, "../..", "\0", "module.", "9" * 400, "NaN", "-1")


def mutate_bytes(data: bytes, random: Random, other: bytes = b"") -> bytes:
    """The bytes with one to four kinds of damage."""
    mutable = bytearray(data)
    for _ in range(random.randint(1, 4)):
        if not mutable:
            break
        random.choice(_BYTE_MUTATIONS)(mutable, random, other)
    return bytes(mutable)


def _flip(data: bytearray, random: Random, _: bytes) -> None:
    for _ in range(random.choice((1, 1, 2, 8, 32))):
        data[random.randrange(len(data))] = random.randrange(256)


def _cut(data: bytearray, random: Random, _: bytes) -> None:
    del data[random.randrange(len(data)) :]


def _remove(data: bytearray, random: Random, _: bytes) -> None:
    start = random.randrange(len(data))
    del data[start : start + random.choice((1, 2, 4, 8, 100))]


def _repeat(data: bytearray, random: Random, _: bytes) -> None:
    start = random.randrange(len(data))
    data[start:start] = data[start : start + random.choice((1, 4, 16, 64))] * random.choice((1, 50))


def _overwrite(data: bytearray, random: Random, _: bytes) -> None:
    packed = struct.pack("<Q", random.choice(ODD_NUMBERS))[: random.choice((1, 2, 4, 8))]
    start = random.randrange(len(data))
    data[start : start + len(packed)] = packed


def _instruct(data: bytearray, random: Random, _: bytes) -> None:
    for _ in range(random.choice((1, 2, 5))):
        data[random.randrange(len(data))] = random.choice(OPCODES)


def _splice(data: bytearray, random: Random, other: bytes) -> None:
    if other:
        start = random.randrange(len(other))
        place = random.randrange(len(data))
        data[place : place + 200] = other[start : start + random.choice((10, 200))]


_BYTE_MUTATIONS: tuple[Callable[[bytearray, Random, bytes], None], ...] = (
    _flip,
    _cut,
    _remove,
    _repeat,
    _overwrite,
    _instruct,
    _splice,
)


def mutate_inside(data: bytes, random: Random) -> bytes:
    """The file with damage behind its checksums: zip members repacked, headers made to fit."""
    if data.startswith(b"PK"):
        return _mutate_zip(data, random)
    if data[8:9] == b"{":
        return _mutate_safetensors(data, random)
    return mutate_bytes(data, random)


def _mutate_zip(data: bytes, random: Random) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(made, "w", random.choice((0, 8))) as copy,
    ):
        names = archive.namelist()
        pickles = [name for name in names if name.endswith((".pkl", ".npy"))]
        damaged = random.choice(pickles or names)
        for name in names:
            content = archive.read(name)
            if name == damaged:
                content = mutate_bytes(content, random)
            if random.random() < 0.98:
                copy.writestr(name, content)
    return made.getvalue()


def _mutate_safetensors(data: bytes, random: Random) -> bytes:
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    for _ in range(random.randint(1, 3)):
        key = random.choice(list(header))
        entry = header[key]
        way = random.randrange(6)
        if not isinstance(entry, dict):
            del header[key]
        elif way == 0:
            header[random.choice(ODD_TEXTS) or key + "x"] = header.pop(key)
        elif key == "__metadata__":
            entry[random.choice(["base", "config", "format", "x"])] = random.choice(ODD_TEXTS)
        elif way == 1:
            entry["dtype"] = random.choice(["F16", "F8_E4M3", "I64", "BOOL", "C64", "X", 7])
        elif way == 2:
            entry["shape"] = random.choice([[], [0], [1 << 60, 0], [-1], [5, 2], "x"])
        elif way == 3:
            entry["data_offsets"] = [random.choice(ODD_NUMBERS), random.choice(ODD_NUMBERS)]
        elif way == 4:
            del header[key]
        else:
            header[key] = random.choice([None, [], {}, "text", header[key]])
        if not header:
            break
    text = json.dumps(header).encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(text)) + text + data[8 + length :]


def mutate_values(data: Any, random: Random) -> Any:
    """The values of a file with one to three of them replaced, moved or missing."""
    data = _copy(data)
    for _ in range(random.randint(1, 3)):
        places = _places(data)
        if not places:
            break
        container, key = random.choice(places)
        way = random.random()
        if way < 0.15 and isinstance(container, dict):
            del container[key]
        elif way < 0.3 and isinstance(container, dict):
            container[random.choice((*ODD_TEXTS, f"module.{key}", 7))] = container.pop(key)
        elif way < 0.35:
            container[key] = container if random.random() < 0.2 else [container[key]]
        else:
            container[key] = odd_value(container[key], random)
    return data


def odd_value(value: Any, random: Random) -> Any:
    """Something else in the place of a value; often a tensor that almost fits."""
    if isinstance(value, torch.Tensor) and random.random() < 0.7 and value.numel():
        real = value.real.float() if value.is_complex() else value
        try:
            return random.choice(_TENSOR_MUTATIONS)(real, random)
        except (RuntimeError, TypeError):  # torch has no such form of it
            return None
    odd = (
        None,
        True,
        -1,
        1 << 70,
        1e308,
        float("nan"),
        "text",
        "\ud800",
        [],
        {},
        b"x",
        1j,
        (),
        [[]],
    )
    return random.choice((*odd, torch.ones(3), torch.empty(0), torch.tensor(2.0)))


_OF_NUMPY = (torch.float32, torch.float64, torch.int64)
_DTYPES = (torch.int64, torch.bool, torch.complex64, torch.float16, torch.float64)
_TENSOR_MUTATIONS: tuple[Callable[[torch.Tensor, Random], Any], ...] = (
    lambda tensor, random: tensor.to(random.choice(_DTYPES)),
    lambda tensor, _: tensor.to(torch.float8_e4m3fn) if tensor.is_floating_point() else tensor,
    lambda tensor, _: torch.full_like(tensor.float(), torch.nan),
    lambda tensor, _: torch.full_like(tensor.float(), 1e38),
    lambda tensor, _: tensor[:0],
    lambda tensor, _: tensor[None],
    lambda tensor, _: tensor.flatten(),
    lambda tensor, _: tensor.T if tensor.ndim == 2 else tensor[..., :1],
    lambda tensor, _: torch.cat([tensor, tensor]),
    lambda tensor, _: tensor.flatten()[:1].expand(7, 100, 512),
    lambda tensor, _: tensor.numpy() if tensor.dtype in _OF_NUMPY else tensor,
    lambda tensor, _: tensor.tolist(),
)


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(item) for item in data] if isinstance(data, (list, tuple)) else data


def _places(data: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    queue, seen = [data], set()
    while queue:
        container = queue.pop()
        if not isinstance(container, (dict, list)) or id(container) in seen:
            continue
        seen.add(id(container))
        keys = list(container) if isinstance(container, dict) else range(len(container))
        found += [(container, key) for key in keys]
        queue += [container[key] for key in keys]
    return found


def mutate_text(text: str, random: Random) -> str:
    """The text with signs replaced, repeated, removed and inserted."""
    signs = list(text)
    for _ in range(random.randint(1, 6)):
        place = random.randint(0, len(signs))
        way = random.randrange(4)
        if way == 0:
            signs[place:place] = random.choice(
                (*ODD_TEXTS[:5], *"0123456789-=:,;. \n\t+eE[]{}@*~∞٣")
            )
        elif way == 1:
            del signs[place : place + random.randint(1, 3)]
        elif way == 2:
            signs[place:place] = signs[place : place + random.randint(1, 9)] * random.randint(
                1, 300
            )
        else:
            random.shuffle(signs)
    return "".join(signs)[:100_000]
