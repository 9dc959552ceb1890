"""The tokens that our small text formats share: space, numbers, names.

Every reader takes time linear in the length of its text: these texts come from the network, and a
pattern that backtracks could stall the server. `web/js/grammar.js` reads the same grammar; both are
tested on `tests/shared/grammar.json`.
"""

from __future__ import annotations

import re

from .errors import StyleGANEXError, echo

SPACE = " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


def check_length(text: str, longest: int, what: str) -> None:
    """Raises StyleGANEXError for text that is too long to be read."""
    if len(text) > longest:
        raise StyleGANEXError(
            f'{what} is text of at most {longest} characters; got {len(text)}: "{echo(text)}".'
        )


def read_number(text: str) -> float | None:
    """The number that `text` is, such as "-1.5e3"; None for anything else. May be infinite."""
    return float(text) if NUMBER.fullmatch(text) else None


def read_count(text: str) -> int | None:
    """The whole number from 0 on that `text` is; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() else None


def skip(text: str, place: int, characters: str = SPACE) -> int:
    """The first place from `place` on that holds none of `characters`."""
    while place < len(text) and text[place] in characters:
        place += 1
    return place


def skip_until(text: str, place: int, characters: str) -> int:
    """The first place from `place` on that holds one of `characters`, or the text's end."""
    while place < len(text) and text[place] not in characters:
        place += 1
    return place
