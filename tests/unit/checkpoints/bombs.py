"""Small files that ask for everything: each builder returns a file's bytes, all under 10 MB."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Packed:
    """`start`, then `block` so many times, then `end`, as a zip file holds them."""

    start: bytes = b""
    block: bytes = b""
    times: int = 0
    end: bytes = b""

    @property
    def size(self) -> int:
        return len(self.start) + len(self.block) * self.times + len(self.end)

    def deflated(self) -> bytes:
        """Every block packs alike, as the packer forgets what came before: one is packed."""
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        start, block = (
            packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
            for data in (self.start, self.block)
        )
        return start + block * self.times + packer.compress(self.end) + packer.flush()


def zipped(pickled: bytes | Packed, members: dict[str, bytes | Packed] | None = None) -> bytes:
    """A PyTorch file around a pickle, all of it compressed."""
    stored = {f"a/data/{name}": content for name, content in (members or {}).items()}
    return zip_file({"a/data.pkl": pickled, "a/version": b"3\n", **stored})


def zip_file(members: dict[str, bytes | Packed]) -> bytes:
    """A zip file. Its checksums are wrong: they are compared when all has been unpacked."""
    locals_, directory, place = [], [], 0
    for name, content in members.items():
        packed = content if isinstance(content, Packed) else Packed(content)
        data = packed.deflated() if packed.size else b""
        method = zipfile.ZIP_DEFLATED if data else zipfile.ZIP_STORED
        told = struct.pack("<HHIIIIHH", 0, method, 0, 0, len(data), packed.size, len(name), 0)
        locals_.append(b"PK\x03\x04\x14\x00" + told + name.encode() + data)
        rest = struct.pack("<HHHII", 0, 0, 0, 0, place)
        directory.append(b"PK\x01\x02\x14\x00\x14\x00" + told + rest + name.encode())
        place += len(locals_[-1])
    listed = b"".join(directory)
    count = min(len(members), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), place, 0)
    return b"".join(locals_) + listed + b"PK\x05\x06" + end


def tensor(key: str, count: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> bytes:
    """Instructions that build a float32 tensor on the storage `key` of `count` numbers."""

    def whole(number: int) -> bytes:
        return b"\x8a\x08" + struct.pack("<q", number)

    def row(numbers: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(map(whole, numbers)) + b"t"

    place = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\n" + text(key) + text("cpu")
    place += whole(count) + b"tQ"
    start = b"ctorch._utils\n_rebuild_tensor_v2\n("
    return start + place + b"K\x00" + row(shape) + row(strides) + b"\x89}tR"


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def program(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def lists_in_lists(depth: int) -> bytes:
    """A list that holds the same list twice, which holds the same list twice, ..."""
    inner = b"]q\x00"
    for level in range(depth):
        inner += b"(h" + bytes([level]) + b"h" + bytes([level]) + b"lq" + bytes([level + 1])
    return inner


def many_tensors(count: int) -> bytes:
    body = b"](" + tensor("0", 4, (2, 2), (2, 1)) * count + b"e"
    return zipped(program(body), {"0": bytes(16)})


def npz_of_zeros() -> bytes:
    numbers = 60_000 * 16
    header = npy_that_claims(f"(1, 18, {numbers})")[:128]
    array = Packed(header, bytes(4 * numbers), 18)
    return zip_file({f"{index}.npy": array for index in range(8)})


def safetensors(header: dict[str, object]) -> bytes:
    return with_header(json.dumps(header).encode())


def with_header(encoded: bytes) -> bytes:
    return struct.pack("<Q", len(encoded)) + encoded


def npy_that_claims(shape: str) -> bytes:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (117 - len(header)) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)


def reused(payload: bytes, times: int) -> bytes:
    """`payload` builds a value; it is put into a list so many times by reference."""
    return payload + b"q\x00]" + b"(" + b"h\x00" * times + b"e"


BOMBS: dict[str, Callable[[], bytes]] = {
    "a giant bytearray": lambda: zipped(
        program(b"cbuiltins\nbytearray\n\x8a\x05\x00\x00\x00\x00\x02\x85R")
    ),
    "shared lists": lambda: zipped(program(b"X\x01\x00\x00\x00a" + lists_in_lists(30) + b"\x86")),
    "shared lists in a plain pickle": lambda: program(lists_in_lists(60)),
    "a list in itself": lambda: zipped(program(b"]q\x00h\x00a")),
    "a deep list": lambda: zipped(program(b"]" * 5000 + b"a" * 4999)),
    "rows of stride 0": lambda: zipped(
        program(tensor("0", 1, (1, 18, 200_000_000), (0, 0, 0))), {"0": bytes(4)}
    ),
    "many rows of stride 0": lambda: zipped(
        program(b"](" + tensor("0", 1, (1, 18, 800_000), (0, 0, 0)) * 100 + b"e"), {"0": bytes(4)}
    ),
    "a zip bomb": lambda: zipped(
        program(tensor("0", 250 * MEGABYTE, (1, 250 * MEGABYTE), (250 * MEGABYTE, 1))),
        {"0": Packed(block=bytes(MEGABYTE), times=1000)},
    ),
    "a zip bomb of nothings": lambda: zipped(Packed(b"\x80\x02](", b"N" * MEGABYTE, 300, b"e.")),
    "nothings": lambda: program(b"](" + b"N" * (9 * MEGABYTE) + b"e"),
    "lists": lambda: program(b"](" + b"]" * (9 * MEGABYTE) + b"e"),
    "marks": lambda: program(b"(" * (9 * MEGABYTE)),
    "an endless number": lambda: program(
        b"\x8b" + struct.pack("<I", 9 * MEGABYTE) + b"\x7f" * (9 * MEGABYTE)
    ),
    "an endless decimal": lambda: program(b"I" + b"9" * (9 * MEGABYTE) + b"\n"),
    "bytes that claim more": lambda: program(b"\x8e" + struct.pack("<Q", 1 << 45)),
    "numbers that share a hash": lambda: program(
        b"}("
        + b"".join(
            b"\x8a\x12" + (index * ((1 << 61) - 1)).to_bytes(18, "little") + b"N"
            for index in range(1, 400_000)
        )
        + b"u"
    ),
    "encoded again and again": lambda: program(
        text("a" * (4 * MEGABYTE)) + b"q\x00](" + b"c_codecs\nencode\nh\x00\x85R" * 10_000 + b"e"
    ),
    "arguments without end": lambda: program(
        b"(" + b"N" * 60_000 + b"tq\x00](" + b"cpathlib\nPosixPath\nh\x00R" * 10_000 + b"e"
    ),
    "files in files": lambda: program(
        reused(b"ctorch.storage\n_load_from_bytes\nB\x04\x00\x00\x00abcd\x85R", 100_000)
    ),
    "many tensors": lambda: many_tensors(40_000),
    "arrays of zeros": npz_of_zeros,
    "an array that claims more": lambda: npy_that_claims("(1000000, 18, 512)"),
    "an array of negative length": lambda: npy_that_claims("(-1, 18, 512)"),
    "safetensors without end": lambda: with_header(
        b"{%s}"
        % b",".join(
            b'"decoder.convs.%d.x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % index
            for index in range(110_000)
        )
    ),
    "an axis without end": lambda: safetensors(
        {
            f"g_ema.{name}": {"dtype": "F32", "shape": [0, 1 << 60], "data_offsets": [0, 0]}
            for name in ("input.input", "conv1.conv.weight", "conv1.conv.modulation.weight")
        }
    ),
    "zip members without end": lambda: zip_file({str(index): b"" for index in range(90_000)}),
    "pickled twice": lambda: pickle.dumps([np.zeros(2), np.zeros(2)] * 50_000),
}
