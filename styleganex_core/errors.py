"""The errors this package raises on purpose; everything else is a bug."""

from __future__ import annotations

LONGEST_MESSAGE = 1500  # characters of a sentence, echoed text included
LONGEST_ECHO = 60  # characters of what a user or a file wrote, repeated in a sentence


class StyleGANEXError(Exception):
    """Something the user can fix; the message says what was expected, what came, what to do.

    Whatever it repeats, the message can be printed and sent: half a character (a lone surrogate)
    in it would otherwise stop the server that reports it. A long one loses its middle, because the
    remedy comes last.
    """

    def __init__(self, message: object = "") -> None:
        text = _shorten(str(message), LONGEST_MESSAGE)
        text = "\n".join(_escape(line) for line in text.split("\n"))
        super().__init__(_shorten(text, LONGEST_MESSAGE))


def echo(value: object, longest: int = LONGEST_ECHO) -> str:
    """Text from a user or a file, made safe to quote in a message: printable, short, one line.

    >>> echo("smile" + chr(10) + chr(0xD800))
    'smile\\\\n\\\\ud800'
    """
    return _shorten(_escape(_shorten(str(value), longest)), longest)


def _escape(text: str) -> str:
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _shorten(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 3]} … {text[len(text) - end :]}"


class CheckpointError(StyleGANEXError):
    """A file is missing, unreadable, unsafe, or of a kind this package cannot use."""


class FaceNotFoundError(StyleGANEXError):
    """A picture holds no face where one is needed."""


class ShapeError(StyleGANEXError):
    """A tensor's shape, value range or number of channels does not fit."""
