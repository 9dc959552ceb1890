"""Edit vectors that turn the head: the photo itself is turned by them, not drawn anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

import torch

from ..datatypes import Latents
from ..networks import Model
from ..networks.kept import SAME_STYLES
from .shares import Shares, find_shares
from .strengths import split_edit_vectors

Drawn = TypeVar("Drawn")
LEAST = 0.05  # of a turn's vector, below which an edit does not turn the head
KNOWN = 0.02  # how much of an edit may be something else where it is known what it does

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
    model: Model,
    before: Latents,
    edited: Latents,
    held: Latents,
    drawings: tuple[Drawn, Drawn | None],
    draw: Callable[[Latents], Drawn],
) -> Drawn | None:
    """What `draw` makes of an edit whose turn is left out; None where nobody knows what turns.

    `held`: the latents `before`, edited as `edited` are but by the vectors of `hold_head`.
    `drawings`: those of `before` and `edited`, which serve where the edit is a turn alone, and
    where it is made of the model's own vectors, none of which turns.
    """
    if torch.equal(held.w_plus, edited.w_plus):
        shares = find_shares(edited.edit, split_edit_vectors(model.edit_vectors))
        return drawings[1] if take_turn_out(edited, shares) is edited else None
    if torch.equal(held.w_plus, before.w_plus.expand_as(held.w_plus)):
        return drawings[0]
    return draw(held)


def take_turn_out(latents: Latents, shares: Shares | None) -> Latents | None:
    """Edited latents without what their edit turns the head; themselves where it turns nothing.

    Of an edit whose parts nobody has named, that is the share of the vectors that turn when all
    vectors together are fitted to it: `shares` are those of the edit. None where nothing turns of
    what is known, and where there is more that is not.
    """
    if shares is None:
        return None
    turns = set(turn_names(dict.fromkeys(shares.names, shares.strengths)))
    turning = torch.tensor([name in turns for name in shares.names])
    strengths = shares.strengths * turning[:, None]
    if strengths.abs().max() >= LEAST:
        return shares.take_out(latents, strengths)
    return latents if shares.missed.max() < KNOWN else None


def draw_without_turn(
    latents: Latents,
    shares: Shares | None,
    drawings: tuple[torch.Tensor, torch.Tensor],
    draw: Callable[[Latents], torch.Tensor],
) -> torch.Tensor | None:
    """The drawing of edited latents without what turns the head, as `take_turn_out` finds it.

    `drawings`: those without the edit and with it, which serve where it turns the head and nothing
    else, and where it turns nothing.
    """
    held = take_turn_out(latents, shares)
    if held is None or held.edit is None or held is latents:
        return drawings[1] if held is latents else None
    turns_only = bool(held.edit.abs().max() < SAME_STYLES)
    return drawings[0] if turns_only else draw(held)
