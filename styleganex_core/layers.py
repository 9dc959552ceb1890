"""Choices of style slots, written as text: "0-6, 9", "8-", "all"."""

from __future__ import annotations

import re

from .errors import StyleGANEXError


def parse_layers(text: str, count: int) -> tuple[int, ...]:
    """The slots that `text` names, ascending, for a model of `count` slots.

    Numbers and ranges with both ends included, separated by commas; "8-" runs to the last slot,
    "-6" from the first; "all" and "none" say what they mean. A range may reach past the last
    slot, so that one graph serves models of different sizes; a single slot or a start may not.

    Raises StyleGANEXError for anything else.

    >>> parse_layers("0-2, 9", 14)
    (0, 1, 2, 9)
    >>> parse_layers("11-", 14)
    (11, 12, 13)
    """
    words = text.strip().lower()
    if words == "all":
        return tuple(range(count))
    if words == "none":
        return ()
    chosen: set[int] = set()
    for part in words.split(","):
        match = re.fullmatch(r"\s*(\d*)\s*(-?)\s*(\d*)\s*", part)
        if match is None or not (match[1] or match[3]):
            raise StyleGANEXError(
                f'layers "{text}": cannot read "{part.strip()}"; write slots and ranges such as '
                f'"0-6, 9", "8-" or "all" (this model has slots 0 to {count - 1}).'
            )
        first = int(match[1] or 0)
        last = int(match[3]) if match[3] else (count - 1 if match[2] else first)
        if first >= count or (first > last and match[3]):
            raise StyleGANEXError(
                f'layers "{text}": "{part.strip()}" names no slot; '
                f"this model has slots 0 to {count - 1}."
            )
        chosen.update(range(first, min(last, count - 1) + 1))
    return tuple(sorted(chosen))
