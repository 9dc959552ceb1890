"""Names of files, made safe on every system or refused."""

from __future__ import annotations

import re
import unicodedata

from .errors import StyleGANEXError, echo

LONGEST_NAME = 200  # bytes of a file's name in UTF-8; systems take 255, and we add endings
# What Windows keeps for devices, with any ending.
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])"
    r"(\..*)?",
    re.IGNORECASE,
)
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
        raise StyleGANEXError(f"'{echo(text)}' is no name for a file; use letters or digits.")
    if RESERVED.fullmatch(name):
        stem, dot, ending = name.partition(".")
        name = f"{stem}_{dot}{ending}"
    if len(name.encode()) > LONGEST_NAME:
        raise StyleGANEXError(
            f"'{echo(text, 40)}' is {len(name.encode())} bytes long; a file's name may have "
            f"{LONGEST_NAME}."
        )
    return name


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
            f"'{echo(text)}' is no name inside the folder for results; use something like "
            "'anna' or 'project/anna'."
        )
    return tuple(safe_name(part) for part in parts if part.strip() not in ("", "."))
