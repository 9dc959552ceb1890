"""Modules whose values a file brings: made on the meta device, with no first values drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import nn
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


Network = TypeVar("Network", bound=nn.Module)


def copy_unfilled(module: Network) -> Network:
    """Another module like one that `unfilled` made, in a tenth of the time that making it takes.

    The tensors without values are the same ones until `load_state_dict(..., assign=True)` replaces
    the copy's; nothing else that can change is shared.
    """
    copy = module.__new__(type(module))
    for name, value in vars(module).items():
        vars(copy)[name] = value.copy() if isinstance(value, (dict, set, list)) else value
    for name, part in module._modules.items():
        copy._modules[name] = None if part is None else copy_unfilled(part)
    return copy


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
