"""Several edits at once, their strengths written as text: "smile: 1.2, age: -0.5"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import torch

from ..datatypes import Latents
from ..errors import StyleGANEXError
from .edit import apply_edit_vector

LARGEST_STRENGTH = 20.0  # far beyond what any model draws as a face
# A name runs up to the last colon before a number, so it may hold commas and colons itself.
_ENTRY = re.compile(r"\s*(?P<name>[^\n]+?)\s*:\s*(?P<number>[^\s,:]+)\s*(?:,|\n|$)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


def parse_strengths(text: str) -> dict[str, float]:
    """The strengths in `text` by name, in its order; entries end with a comma or a line.

    Raises StyleGANEXError for text that is no such list, a name given twice, and numbers outside
    -20 to 20.

    >>> parse_strengths("smile: 1.2, age: -0.5")
    {'smile': 1.2, 'age': -0.5}
    """
    strengths: dict[str, float] = {}
    place = 0
    while text[place:].strip(" \t\n\r,"):
        entry = _ENTRY.match(text, place)
        number = entry["number"] if entry else ""
        if entry is None or not _NUMBER.fullmatch(number):
            raise StyleGANEXError(
                f'strengths: cannot read "{text[place : place + 40].strip()}"; write a name, a '
                'colon and a number, and commas between them: "smile: 1.2, age: -0.5".'
            )
        name, strength = entry["name"].strip(" \t,"), float(number)
        if not name or name in strengths:
            raise StyleGANEXError(f'strengths: "{name}" stands there twice or has no name.')
        if not math.isfinite(strength) or abs(strength) > LARGEST_STRENGTH:
            raise StyleGANEXError(
                f"strengths: {name} is {number}; choose a number from {-LARGEST_STRENGTH:g} to "
                f"{LARGEST_STRENGTH:g}."
            )
        strengths[name] = strength
        place = entry.end()
    return strengths


def apply_edit_vectors(
    latents: Latents,
    vectors: Mapping[str, torch.Tensor],
    strengths: str | Mapping[str, float],
    layers: str = "all",
) -> Latents:
    """The latents moved along named edit vectors, each by its strength; the order is no matter.

    `strengths` by name, or as text for `parse_strengths`. Names are told apart without regard to
    case; vectors without a strength, or with 0, do nothing. `layers` as in `apply_edit_vector`.

    Raises StyleGANEXError, listing the names, for a name that no vector has, and ShapeError for a
    vector of another family.
    """
    wanted = parse_strengths(strengths) if isinstance(strengths, str) else strengths
    known = {name.casefold(): vector for name, vector in vectors.items()}
    for name, strength in wanted.items():
        if name.casefold() not in known:
            raise StyleGANEXError(
                f'strengths: there is no edit vector "{name}" here; there is '
                f"{', '.join(vectors) or 'none: use a model that brings some, or connect one'}."
            )
        if strength:
            latents = apply_edit_vector(latents, known[name.casefold()], strength, layers)
    return latents


def split_edit_vectors(vectors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A model's edit vectors one by one, [L or 1, D]; row 1 of an entry of several is "name:1"."""
    return {
        f"{name}:{index}" if index else name: row
        for name, entry in vectors.items()
        for index, row in enumerate(entry.reshape(-1, *entry.shape[-2:]))
    }
