"""The errors this package raises on purpose; everything else is a bug."""

from __future__ import annotations

LONGEST_MESSAGE = 4000  # characters of a sentence, echoed text included
LONGEST_ECHO = 60  # characters of what a user or a file wrote, repeated in a sentence


class StyleGANEXError(Exception):
    """Something the user can mend; the message says what was expected, what came, what to do.

    Whatever it repeats, the message can be printed and sent: half a character (a lone surrogate)
    in it would otherwise stop the server that reports it.
    """

    def __init__(self, message: object = "") -> None:
        lines = str(message)[: LONGEST_MESSAGE + 1].split("\n")
        text = "\n".join(_printable(line) for line in lines)
        super().__init__(_shorten(text, LONGEST_MESSAGE))


def echo(value: object, longest: int = LONGEST_ECHO) -> str:
    """What somebody wrote, fit to be repeated in a sentence or a list: printable, short, one line.

    >>> echo("smile" + chr(10) + chr(0xD800))
    'smile\\\\n\\\\ud800'
    """
    return _shorten(_printable(str(value)[: longest + 1]), longest)


def _printable(text: str) -> str:
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


class CheckpointError(StyleGANEXError):
    """A file is missing, unreadable, unsafe, or of a kind this package cannot use."""


class FaceNotFoundError(StyleGANEXError):
    """A picture holds no face where one is needed."""


class ShapeError(StyleGANEXError):
    """A tensor's shape, value range or number of channels does not fit."""
