"""Reads the operators and constants of a TFLite file, as far as the face mesh needs them.

Source: TensorFlow Lite's schema (tables, their fields by number) and FlatBuffers' binary format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import torch

OPERATORS = {0: "add", 3: "conv", 4: "depthwise", 6: "dequantise", 17: "max pool", 18: "multiply",
             22: "reshape", 32: "custom", 34: "pad", 45: "slice", 54: "prelu"}  # fmt: skip
NUMBER_TYPES = {0: np.float32, 1: np.float16, 2: np.int32}


@dataclass(frozen=True)
class Operator:
    """One step: what it does, the tensors it reads and the one it writes, by number."""

    kind: str
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True)
class Graph:
    """A network: `producers` has the operator that writes each tensor."""

    producers: dict[int, Operator]
    constants: dict[int, torch.Tensor]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    def constant(self, tensor: int) -> torch.Tensor:
        """A constant in float32, whether or not an operator widens it first."""
        while tensor in self.producers:
            assert self.producers[tensor].kind == "dequantise"
            tensor = self.producers[tensor].inputs[0]
        return self.constants[tensor].float()


class Table:
    """A FlatBuffers table; fields are asked for by number."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data, self.place = data, place
        self.layout = place - struct.unpack_from("<i", data, place)[0]

    def field(self, number: int) -> int | None:
        """Where the field lies; None when the table leaves it out."""
        size = struct.unpack_from("<H", self.data, self.layout)[0]
        if 4 + 2 * number >= size:
            return None
        offset = struct.unpack_from("<H", self.data, self.layout + 4 + 2 * number)[0]
        return self.place + offset if offset else None

    def number(self, number: int, form: str = "<i") -> int:
        place = self.field(number)
        return 0 if place is None else struct.unpack_from(form, self.data, place)[0]

    def vector(self, number: int) -> tuple[int, int]:
        """Where the vector's first entry lies, and how many there are."""
        place = self.field(number)
        if place is None:
            return 0, 0
        place += struct.unpack_from("<I", self.data, place)[0]
        return place + 4, struct.unpack_from("<I", self.data, place)[0]

    def integers(self, number: int) -> tuple[int, ...]:
        place, count = self.vector(number)
        return struct.unpack_from(f"<{count}i", self.data, place)

    def tables(self, number: int) -> list[Table]:
        first, count = self.vector(number)
        places = range(first, first + 4 * count, 4)
        return [Table(self.data, p + struct.unpack_from("<I", self.data, p)[0]) for p in places]


def read_graph(data: bytes) -> Graph:
    """The graph of a TFLite file's only subgraph."""
    model = Table(data, struct.unpack_from("<I", data, 0)[0])
    codes = [max(code.number(0, "<b"), code.number(3)) for code in model.tables(1)]
    subgraph = model.tables(2)[0]
    buffers = model.tables(4)
    constants = {}
    for index, tensor in enumerate(subgraph.tables(0)):
        place, length = buffers[tensor.number(2, "<I")].vector(0)
        if length:
            kind = np.dtype(NUMBER_TYPES[tensor.number(1, "<b")])
            numbers = np.frombuffer(data, kind, length // kind.itemsize, place)
            constants[index] = torch.from_numpy(numbers.reshape(tensor.integers(0)).copy())
    producers = {}
    for entry in subgraph.tables(3):
        output = entry.integers(2)[0]
        kind = OPERATORS[codes[entry.number(0, "<I")]]
        producers[output] = Operator(kind, entry.integers(1), output)
    return Graph(producers, constants, subgraph.integers(1), subgraph.integers(2))
