"""Choices of style slots, written as text: "0-6, 9", "8-", "all"."""

from __future__ import annotations

from .errors import StyleGANEXError, echo
from .grammar import SPACE, check_length, read_count, skip_until

LONGEST_TEXT = 1000  # characters


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
    check_length(text, LONGEST_TEXT, "layers")
    words = text.strip(SPACE).lower()
    if words == "all":
        return tuple(range(count))
    if words == "none":
        return ()
    chosen: set[int] = set()
    for part in words.split(","):
        bounds = _read_range(part, count)
        if bounds is None:
            raise StyleGANEXError(
                f'layers "{echo(text)}": cannot read "{echo(part.strip(SPACE))}"; write slots and '
                f'ranges such as "0-6, 9", "8-" or "all" (this model has slots 0 to {count - 1}).'
            )
        first, last = bounds
        if first >= count or first > last:
            raise StyleGANEXError(
                f'layers "{echo(text)}": "{echo(part.strip(SPACE))}" names no slot; '
                f"this model has slots 0 to {count - 1}."
            )
        chosen.update(range(first, min(last, count - 1) + 1))
    return tuple(sorted(chosen))


def _read_range(part: str, count: int) -> tuple[int, int] | None:
    """The first and last slot of "4", "4-6", "4-", "-6" or "4 6"; None for anything else."""
    first, dash, last = (word.strip(SPACE) for word in part.partition("-"))
    if not dash:
        space = skip_until(first, 0, SPACE)
        first, last = first[:space], first[space:].strip(SPACE)
    numbers = [read_count(word) for word in (first, last) if word]
    if not numbers or None in numbers:
        return None
    start = read_count(first) or 0
    end = read_count(last)
    if end is None:
        end = max(start, count - 1) if dash else start
    return start, end
