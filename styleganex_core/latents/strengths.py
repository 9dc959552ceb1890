"""Several edits at once, their strengths written as text: "smile: 1.2, age: -0.5"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch

from ..datatypes import Latents
from ..errors import StyleGANEXError, echo
from ..grammar import SPACE, check_length, read_number, skip, skip_until
from .edit import apply_edit_vector

LARGEST_STRENGTH = 20.0  # far beyond what any model draws as a face
LONGEST_TEXT = 4096  # characters
SEPARATORS = SPACE + ","


def parse_strengths(text: str) -> dict[str, float]:
    """The strengths in `text` by name, in its order; entries end with a comma or a line.

    Raises StyleGANEXError for text that is no such list, a name given twice, and numbers outside
    -20 to 20.

    >>> parse_strengths("smile: 1.2, age: -0.5")
    {'smile': 1.2, 'age': -0.5}
    """
    check_length(text, LONGEST_TEXT, "strengths")
    strengths: dict[str, float] = {}
    place = skip(text, 0, SEPARATORS)
    while place < len(text):
        entry = _read_entry(text, place)
        strength = None if entry is None else read_number(entry.number)
        if entry is None or strength is None:
            raise StyleGANEXError(
                f'strengths: cannot read "{echo(text[place:].strip())}"; write a name, a '
                'colon and a number, and commas between them: "smile: 1.2, age: -0.5".'
            )
        name = entry.name
        if name in strengths:
            raise StyleGANEXError(f'strengths: "{echo(name)}" is given twice.')
        if not abs(strength) <= LARGEST_STRENGTH:
            raise StyleGANEXError(
                f"strengths: {echo(name)} is {echo(entry.number)}; choose a number from "
                f"{-LARGEST_STRENGTH:g} to {LARGEST_STRENGTH:g}."
            )
        strengths[name] = strength
        place = skip(text, entry.end, SEPARATORS)
    return strengths


class _Entry(NamedTuple):
    name: str
    number: str
    end: int  # where the next entry starts


def _read_entry(text: str, start: int) -> _Entry | None:
    """The entry that starts at `start`, neither space nor comma; None where there is none.

    A name runs up to the first colon after which one word ends the entry, so it may hold commas
    and colons itself ("smile:1"). It ends with its line, and the colon may be on a later one.
    Between two colons everything is looked at once.
    """
    line_end = skip_until(text, start, "\n")
    last_colon = skip(text, line_end)
    colon = text.find(":", start + 1, last_colon + 1)
    while colon >= 0:
        first = skip(text, colon + 1)
        end = skip_until(text, first, SPACE + ",:")
        after = skip(text, end)
        ends = after == len(text) or text[after] == "," or "\n" in text[end:after]
        if end > first and ends:
            return _Entry(text[start:colon].rstrip(SPACE + ","), text[first:end], after)
        colon = text.find(":", colon + 1, last_colon + 1)
    return None


def apply_edit_vectors(
    latents: Latents,
    vectors: Mapping[str, torch.Tensor],
    strengths: str | Mapping[str, float],
    layers: str = "all",
) -> Latents:
    """The latents moved along named edit vectors, each by its strength; the order does not matter.

    `strengths` by name, or as text for `parse_strengths`. Names are compared without regard to
    case; vectors without a strength, or with 0, do nothing. `layers` as in `apply_edit_vector`.

    Raises StyleGANEXError, listing the names, for a name that no vector has, and ShapeError for a
    vector of another family.
    """
    wanted = parse_strengths(strengths) if isinstance(strengths, str) else strengths
    for name, strength in wanted.items():
        vector = find_vector(vectors, name)
        if strength:
            latents = apply_edit_vector(latents, vector, strength, layers)
    return latents


def find_vector(vectors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    """The vector of that name, whatever its case; StyleGANEXError, listing all, where none is."""
    known = {known.casefold(): vector for known, vector in vectors.items()}
    if name.casefold() not in known:
        names = (
            ", ".join(map(echo, vectors)) or "none: use a model that brings some, or connect one"
        )
        raise StyleGANEXError(
            f'strengths: there is no edit vector "{echo(name)}" here, only {names}.'
        )
    return known[name.casefold()]


def split_edit_vectors(vectors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A model's edit vectors one by one, [L or 1, D]; row 1 of an entry of several is "name:1"."""
    return {
        f"{name}:{index}" if index else name: row
        for name, entry in vectors.items()
        for index, row in enumerate(entry.reshape(-1, *entry.shape[-2:]))
    }
