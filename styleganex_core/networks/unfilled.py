"""Modules whose values a file brings: made on the meta device, with no first values drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import init
from torch.overrides import TorchFunctionMode

# What torch's layers and ours fill new tensors with, and scale them by.
MAKERS = frozenset((torch.randn, torch.zeros, torch.ones))
FILLS = frozenset(
    (
        *(init.kaiming_uniform_, init.uniform_, init.constant_, init.zeros_, init.ones_),
        *(torch.Tensor.zero_, torch.Tensor.fill_),
        *(torch.Tensor.add_, torch.Tensor.mul_, torch.Tensor.div_),
    )
)


@contextmanager
def unfilled() -> Iterator[None]:
    """In the block, modules are made without memory and without first values.

    Only their keys, shapes and dtypes count; `load_state_dict(..., assign=True)` brings the values.
    """
    with torch.device("meta"), _NoFills():
        yield


class _NoFills(TorchFunctionMode):
    """Leaves out the functions that fill a new layer, with random numbers or others.

    On the meta device some of them run in Python and import SymPy and torch's compiler first,
    which takes longer than all the rest of loading.
    """

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
        return (torch.empty if func in MAKERS else func)(*args, **given)
