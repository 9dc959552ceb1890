"""Edit vectors that turn the head: the photo itself is turned by them, not drawn anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import torch

from ..datatypes import Latents
from .shares import find_shares

Drawn = TypeVar("Drawn")
LEAST = 0.05  # of a turn's vector, below which an edit does not turn the head

# What edit vectors that turn the head are called, here and in published collections.
NAMED = re.compile(r"turn|yaw|pitch|(head|face)_?pose|^pose|rotat|tilt|^look_?(up|down|left|right)")


def turn_names(vectors: Mapping[str, torch.Tensor]) -> list[str]:
    """Of edit vectors by name, those that turn the head.

    >>> turn_names(dict.fromkeys(["age", "turn_right", "look_up", "gaze_right", "Yaw", "expose"]))
    ['turn_right', 'look_up', 'Yaw']
    """
    return [name for name in vectors if NAMED.search(name.lower())]


def hold_head(vectors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same edit vectors, of which those that turn the head do nothing."""
    turns = set(turn_names(vectors))
    return {name: v.new_zeros(v.shape) if name in turns else v for name, v in vectors.items()}


def without_turn(
    before: Latents,
    edited: Latents,
    held: Latents,
    plain: Drawn,
    draw: Callable[[Latents], Drawn],
) -> Drawn | None:
    """What `draw` makes of an edit whose turn is left out.

    `held`: the latents `before`, edited as `edited` are but by the vectors of `hold_head`. `plain`:
    the drawing of those before, which serves where the edit is a turn alone. None where the edit
    turns nothing.
    """
    if torch.equal(held.w_plus, edited.w_plus):
        return None
    if torch.equal(held.w_plus, before.w_plus.expand_as(held.w_plus)):
        return plain
    return draw(held)


def take_turn_out(latents: Latents, vectors: Mapping[str, torch.Tensor]) -> Latents | None:
    """Edited latents without what their edit turns the head; None where it does not.

    Of an edit whose parts nobody has named, that is the share of the vectors that turn when all
    `vectors` together are fitted to it, in the slots that it changes.
    """
    edit = latents.edit
    found = find_shares(edit, vectors)
    if edit is None or found is None:
        return None
    turns = set(turn_names(dict.fromkeys(found.names, edit)))
    turning = torch.tensor([name in turns for name in found.names])
    if not turns or found.strengths[turning].abs().max() < LEAST:
        return None
    part = torch.zeros_like(edit)
    turned = (found.basis[:, turning] @ found.strengths[turning]).T
    part[:, found.slots] = turned.reshape(len(edit), -1, edit.shape[2]).to(part)
    return replace(latents, w_plus=latents.w_plus - part.to(latents.w_plus), edit=edit - part)
