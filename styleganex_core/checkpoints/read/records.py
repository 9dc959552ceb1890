"""What pickles build, as inert records: nothing they name is imported, called or constructed.

`known.KNOWN` is the list of all names that a pickle may ask for.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from .budget import Budget, Refusal

LARGEST_KEY = 64  # bits
MOST_ARGUMENTS = 32  # of one call, and axes of one tensor
NUMBER_TYPE = re.compile(r"b1|[iufc](1|2|4|8|16|32)")  # NumPy's codes of plain numbers

STORAGES = {
    f"torch.{name}Storage": dtype
    for name, dtype in {
        "Float": torch.float32,
        "Double": torch.float64,
        "Half": torch.float16,
        "BFloat16": torch.bfloat16,
        "Long": torch.int64,
        "Int": torch.int32,
        "Short": torch.int16,
        "Char": torch.int8,
        "Byte": torch.uint8,
        "Bool": torch.bool,
        "ComplexFloat": torch.complex64,
        "ComplexDouble": torch.complex128,
    }.items()
} | {f"torch.storage.{name}": torch.uint8 for name in ("UntypedStorage", "_UntypedStorage")}
DTYPES = {str(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)}


@dataclass(frozen=True)
class Global:
    """A name that a pickle asked for."""

    name: str


@dataclass
class Record:
    """An object of a class that stays unknown: its name, what it was made from, its state."""

    name: str
    arguments: tuple[Any, ...] = ()
    state: Any = None


@dataclass
class Storage:
    """Numbers in a file: `load` gives their bytes, uint8 [N], once reading has come that far."""

    dtype: torch.dtype
    load: Callable[[], torch.Tensor] | None = None


@dataclass(frozen=True)
class TensorRecord:
    """A tensor as a window on a storage, counted in numbers."""

    storage: Storage
    dtype: torch.dtype
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass
class DtypeRecord:
    """A NumPy dtype: its code and its byte order; `code` "" where it is none of plain numbers."""

    code: str
    order: str = "="

    def build(self) -> np.dtype[Any] | None:
        if not NUMBER_TYPE.fullmatch(self.code):
            return None
        order = self.order if self.order in ("<", ">") else "="
        return np.dtype(order + self.code)


@dataclass
class ArrayRecord:
    """A NumPy array, its numbers still bytes."""

    shape: tuple[int, ...] = ()
    dtype: DtypeRecord = field(default_factory=lambda: DtypeRecord(""))
    fortran: bool = False
    data: Any = b""

    def build(self) -> np.ndarray | None:
        """The array, or None where it holds something else than plain numbers."""
        dtype = self.dtype.build()
        if dtype is None or not isinstance(self.data, (bytes, bytearray)):
            return None
        array = np.frombuffer(self.data, dtype)
        return array.reshape(check_counts(self.shape), order="F" if self.fortran else "C")


@dataclass(frozen=True)
class Context:
    """What makers may use: the budget, and the reader of a file inside the file."""

    budget: Budget
    read_nested: Callable[[bytes], Any]


def build(context: Context, thing: Any, state: Any) -> None:
    """Gives a record the state that the file has for it."""
    if isinstance(thing, Record):
        thing.state = state
    elif isinstance(thing, argparse.Namespace) and type(state) is dict:
        context.budget.take_steps(len(state))
        vars(thing).update({str(key): value for key, value in state.items()})
    elif isinstance(thing, DtypeRecord) and type(state) is tuple:
        thing.order = state[1]
        if any(state[2:4]):  # parts or fields
            thing.code = ""
    elif isinstance(thing, ArrayRecord) and type(state) is tuple:
        thing.shape, thing.dtype, fortran, thing.data = state[-4:]
        thing.fortran = bool(fortran)
        if not isinstance(thing.dtype, DtypeRecord):
            raise Refusal("is damaged: an array in it has no type.")
    elif type(thing) is not dict:  # of a dictionary only its items count
        raise Refusal("is damaged: it sets the state of something that has no state.")


def check_counts(values: Any) -> tuple[int, ...]:
    """A shape, strides: whole numbers from 0 up."""
    counts = tuple(values[: MOST_ARGUMENTS + 1])
    if len(counts) > MOST_ARGUMENTS or not all(
        type(count) is int and 0 <= count < 1 << 62 for count in counts
    ):
        raise Refusal("is damaged: a tensor in it has an impossible shape.")
    return counts


def put(target: Any, key: Any, value: Any) -> None:
    """Sets an item of a dictionary; keys are text, numbers or None, whose hashes are safe."""
    if type(target) is not dict:
        raise Refusal("is damaged: it sets an item of something that has no items.")
    if type(key) not in (str, int, float, bool, bytes, type(None)):
        raise Refusal("holds a dictionary whose keys are neither text nor numbers.")
    if type(key) is int and key.bit_length() > LARGEST_KEY:  # many could share one hash
        raise Refusal("is damaged: it holds a dictionary with endless numbers as keys.")
    target[key] = value
