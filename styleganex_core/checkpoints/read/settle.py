"""The last step of reading a pickle: records become tensors, every container is looked at once."""

from __future__ import annotations

import argparse
from typing import Any, cast

import numpy as np
import torch

from .budget import DEEPEST, Budget, Refusal
from .records import ArrayRecord, Global, Record, Storage, TensorRecord


def settle(data: Any, budget: Budget) -> Any:
    """The same data with tensors instead of records, every container looked at once.

    Raises Refusal for containers that hold themselves or lie too deep.
    """
    return _Settling(budget).visit(data, "", 0)


class _Settling:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.done: dict[int, Any] = {}
        self.keep: list[Any] = []  # so that no two things ever have one id
        self.open: set[int] = set()
        self.bytes: dict[int, torch.Tensor] = {}

    def visit(self, thing: Any, name: str, depth: int) -> Any:
        if thing is None or type(thing) in (str, int, float, bool, bytes, bytearray, complex):
            return thing
        if type(thing) is Global:
            return thing.name
        key = id(thing)
        if key in self.done:
            return self.done[key]
        if key in self.open or depth > DEEPEST:
            raise Refusal("is damaged: its lists contain themselves or are nested too deeply.")
        self.open.add(key)
        self.budget.take_steps()
        settled = self._settle(thing, name, depth + 1)
        self.open.discard(key)
        self.keep.append(thing)
        self.done[key] = settled
        return settled

    def _settle(self, thing: Any, name: str, depth: int) -> Any:
        if type(thing) is dict:
            return {
                key: self.visit(value, f"{name}.{key}"[-80:], depth) for key, value in thing.items()
            }
        if type(thing) in (list, tuple):
            items = [self.visit(item, name, depth) for item in thing]
            return items if type(thing) is list else tuple(items)
        if type(thing) is TensorRecord:
            return self._window(thing, name.lstrip("."))
        if type(thing) is ArrayRecord:
            return self._array(thing)
        if type(thing) is argparse.Namespace:
            values = cast(dict[str, Any], self.visit(vars(thing), name, depth))
            return argparse.Namespace(**values)
        if type(thing) is Record:
            arguments = self.visit(thing.arguments, name, depth)
            return Record(thing.name, arguments, self.visit(thing.state, name, depth))
        raise Refusal("is damaged: it holds something unknown.")

    def _window(self, record: TensorRecord, name: str) -> torch.Tensor:
        what = f"{name or 'its tensor'} of the shape {list(record.shape)}"
        raw = self._bytes_of(record.storage)
        numbers = raw[: raw.numel() // record.dtype.itemsize * record.dtype.itemsize]
        flat = numbers.view(record.dtype) if numbers.numel() else torch.empty(0, dtype=record.dtype)
        count = 1
        last = record.offset
        if len(record.shape) != len(record.strides):
            raise Refusal(f"is damaged: {what} does not have one stride per axis.")
        for length, stride in zip(record.shape, record.strides, strict=True):
            count *= length
            last += max(length - 1, 0) * stride
        self.budget.take_numbers(count * record.dtype.itemsize, what)
        if count == 0:
            return torch.empty(record.shape, dtype=record.dtype)
        if last >= flat.numel():
            raise Refusal(f"is damaged: {what} claims more than the file can hold.")
        return flat.as_strided(record.shape, record.strides, record.offset)

    def _bytes_of(self, storage: Storage) -> torch.Tensor:
        if id(storage) not in self.bytes:
            if storage.load is None:
                raise Refusal("is damaged: numbers are missing in it.")
            self.keep.append(storage)
            self.bytes[id(storage)] = storage.load()
        return self.bytes[id(storage)]

    def _array(self, record: ArrayRecord) -> Any:
        array = record.build()
        if array is None:
            return Record("numpy.ndarray")
        self.budget.take_numbers(array.nbytes, "an array")
        return from_numpy(array)


def from_numpy(array: np.ndarray) -> Any:
    """The array as a tensor, a copy; a record where torch knows no such numbers."""
    native = array.astype(array.dtype.newbyteorder("="))  # torch needs it writable
    try:
        return torch.from_numpy(native)
    except TypeError:
        return Record("numpy.ndarray")
