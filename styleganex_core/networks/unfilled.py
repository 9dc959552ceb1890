"""Modules whose values a file brings: made on the meta device, with no first values drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import init
from torch.overrides import TorchFunctionMode

# What torch's convolutions and linear layers fill themselves with.
FILLS = (init.kaiming_uniform_, init.uniform_)


@contextmanager
def unfilled() -> Iterator[None]:
    """In the block, modules are made without memory and without first values.

    Only their keys, shapes and dtypes count; `load_state_dict(..., assign=True)` brings the values.
    """
    with torch.device("meta"), _NoFills():
        yield


class _NoFills(TorchFunctionMode):
    """Leaves out the functions that fill a new layer with random numbers."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = dict(kwargs or {})
        if func in FILLS:
            return args[0] if args else given["tensor"]
        return func(*args, **given)
