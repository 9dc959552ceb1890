"""A copy of a model that draws previews in half precision, where a CPU is faster so."""

from __future__ import annotations

import copy
import weakref

import torch

from ..networks import Model
from ..networks.precision import arrange_weights, choose_dtype


class HalfCopy:
    """The copy of the model that was asked for last, without its encoder; one thread at a time.

    A copy takes half of the generator's memory again, and goes with its model. The model's weights
    must not change meanwhile. Whether the CPU is faster in bfloat16 is timed once.
    """

    def __init__(self) -> None:
        self._of: weakref.ref[Model] | None = None
        self._copy: Model | None = None
        self._dtype: torch.dtype | None = None

    def choose(self, model: Model) -> Model:
        """What previews of the model are drawn with: the copy, or the model where that is best."""
        if model.device.type != "cpu" or model.dtype != torch.float32:
            return model
        if self._dtype is None:
            self._dtype = choose_dtype("fastest", "cpu")
        if self._dtype == torch.float32:
            return model
        if self._copy is None or self._of is None or self._of() is not model:
            self.clear()
            self._copy = _copy_decoder(model, self._dtype)
            self._of = weakref.ref(model, self._drop)
        return self._copy

    def clear(self) -> None:
        """Drop the copy."""
        self._of, self._copy = None, None

    def _drop(self, of: weakref.ref[Model]) -> None:
        if of is self._of:
            self.clear()


def _copy_decoder(model: Model, dtype: torch.dtype) -> Model:
    small = copy.deepcopy(model, {id(model.encoder): None}).to(dtype)
    arrange_weights(small)
    return small
