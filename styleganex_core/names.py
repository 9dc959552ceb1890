"""Names of files, made safe on every system or refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path

from .errors import StyleGANEXError, echo

LONGEST_NAME = 200  # bytes of a file's name in UTF-8; systems take 255, and we add endings
# What Windows keeps for devices, with any ending; it does not see spaces before that.
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])"
    r"( *\..*)?",
    re.IGNORECASE,
)
DATE_LETTERS = {
    "y": "year",
    "M": "month",
    "d": "day",
    "h": "hour",
    "m": "minute",
    "s": "second",
}
DATE_PART = re.compile("yyyy|yy|MM?|dd?|hh?|mm?|ss?")
DATE_WORDS = {"year": "yyyy", "month": "MM", "day": "dd"}
DATE_WORDS |= {"hour": "hh", "minute": "mm", "second": "ss"}
FORBIDDEN = '<>:"/\\|?*'
HIDDEN = (
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
)  # control, direction marks, lone surrogates, ...


def is_file(path: Path) -> bool:
    """Whether a file is there; no name, however long or strange, is an error."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no system can have
        return False


def safe_name(text: str) -> str:
    """A name for a file or folder that Linux, macOS and Windows all take, close to `text`.

    What a system forbids or nobody can see (`:`, `?`, NUL, marks that turn the writing around)
    becomes "_", spaces and dots at the end are dropped, Windows' device names get a "_".
    Raises StyleGANEXError where nothing is left, for "." and "..", and for names longer than
    200 bytes.

    >>> safe_name("a:b."), safe_name("CON.txt"), safe_name("Zoë")
    ('a_b', 'CON_.txt', 'Zoë')
    """
    name = "".join(
        "_" if character in FORBIDDEN or unicodedata.category(character) in HIDDEN else character
        for character in unicodedata.normalize("NFC", text)
    )
    name = name.strip().rstrip(". ")
    if not name.strip("._ "):
        raise StyleGANEXError(f"'{echo(text)}' is not a name for a file; use letters or digits.")
    if RESERVED.fullmatch(name):
        stem, dot, ending = name.partition(".")
        name = f"{stem.rstrip()}_{dot}{ending}"
    if len(name.encode()) > LONGEST_NAME:
        raise StyleGANEXError(
            f"'{echo(text, 40)}' is {len(name.encode())} bytes long; a file's name may have "
            f"{LONGEST_NAME}."
        )
    return name


def fill_dates(text: str, when: datetime) -> str:
    """`text` with ComfyUI's marks of time filled in: %date:yyyy-MM-dd% and the like, and %year%,
    %month%, %day%, %hour%, %minute%, %second%. All others stay as they are.

    >>> fill_dates("%date:yyyy-MM-dd%/anna_%hour%", datetime(2026, 5, 3, 8, 30))
    '2026-05-03/anna_08'
    """

    def fill(mark: re.Match[str]) -> str:
        return DATE_PART.sub(lambda part: _date_part(part[0], when), mark[1])

    text = re.sub(r"%date:([^%]+)%", fill, text)
    for word, part in DATE_WORDS.items():
        text = text.replace(f"%{word}%", _date_part(part, when))
    return text


def _date_part(part: str, when: datetime) -> str:
    """Such as "05" for "MM" and "5" for "M"."""
    number = getattr(when, DATE_LETTERS[part[0]])
    return str(number)[-len(part) :] if part[0] == "y" else str(number).zfill(len(part))


def safe_path(text: str) -> tuple[str, ...]:
    """The folders and the name in `text`, each made safe; both slashes part them.

    Raises StyleGANEXError as `safe_name` does, and for paths from a root or through "..".

    >>> safe_path("project/anna")
    ('project', 'anna')
    """
    parts = re.split(r"[/\\]", text.strip())
    if (
        ".." in (part.strip() for part in parts)
        or parts[0] == ""
        or re.match(r"[A-Za-z]:$", parts[0])
    ):
        raise StyleGANEXError(
            f"'{echo(text)}' is not a name inside the folder for results; use something like "
            "'anna' or 'project/anna'."
        )
    return tuple(safe_name(part) for part in parts if part.strip() not in ("", "."))
