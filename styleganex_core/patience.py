"""Long work that adapts to the available memory and can be cancelled at any point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch.overrides import TorchFunctionMode

from .errors import StyleGANEXError

Part = TypeVar("Part")
# How torch's allocators report it, in lower case.
OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")


class Watch(TorchFunctionMode):
    """Asks `check` before every operation of torch in a `with` block, backward passes included.

    What `check` raises (a cancel) ends the work between two layers, wherever it is.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        super().__init__()
        self._check = check

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        name = getattr(func, "__name__", "")
        if not name.startswith("_set_"):  # the end of a no_grad block must not be cut short
            self._check()
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and _is_step(result):
            result.register_hook(self._check_gradient)
        return result

    def _check_gradient(self, gradient: torch.Tensor) -> None:
        self._check()


def _is_step(result: torch.Tensor) -> bool:
    """Whether a backward pass computes something where it comes to this result."""
    return (
        result.requires_grad
        and torch.is_grad_enabled()
        and not result._is_view()
        and result.grad_fn is not None
    )


class Halving:
    """Runs work over a batch in runs of at most `size`, of half as many when memory runs out.

    What has proved too much is not tried again. `what` is said in the sentence for a single picture
    that does not fit; `free` gives back what caches hold before the next try.
    """

    def __init__(self, size: int, what: str, free: Callable[[], None] | None = None) -> None:
        self.size = max(1, size)
        self._what = what
        self._free = free

    def run(
        self,
        work: Callable[[slice], Part],
        count: int,
        tick: Callable[[int], None] = lambda done: None,
    ) -> list[Part]:
        """The results of `work(rows)` in order; `tick(done)` is called before and after each.

        Raises StyleGANEXError when a single one of the batch does not fit.
        """
        parts: list[Part] = []
        start = 0
        while start < count:
            tick(start)
            stop = min(start + self.size, count)
            part = self._try(work, slice(start, stop))
            if part is None:  # what the failed attempt held is freed by now
                if self._free is not None:
                    self._free()
                self.size = max(1, (stop - start) // 2)
                continue
            parts += part
            start = stop
            tick(start)
        return parts

    def _try(self, work: Callable[[slice], Part], rows: slice) -> list[Part] | None:
        """The result in a list; None when memory ran out and there is something to halve."""
        try:
            return [work(rows)]
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if rows.stop - rows.start == 1:
                raise StyleGANEXError(describe_lack(self._what)) from None
            return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that memory ran out, on a CPU or another device."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError)
        and any(words in str(error).lower() for words in OUT_OF_MEMORY)
    )


def describe_lack(what: str) -> str:
    """The sentence for work that does not fit even one at a time."""
    return (
        f"{what} ran out of memory with a single picture. Scale or crop it to 70% of its sides or "
        "less, which halves what is needed, or close what else uses the memory."
    )
