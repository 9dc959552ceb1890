"""Whose pictures a folder holds, for the metadata of what is trained on them."""

from __future__ import annotations

from pathlib import Path

from styleganex_core.errors import StyleGANEXError, echo

README = "README.md"
LONGEST = 4000  # characters


def tell_origin(folder: Path, given: str = "") -> str:
    """The data sets and their owners: what was `given`, else the tables of the folder's README.

    Raises StyleGANEXError where neither says anything.
    """
    path = folder / README
    if given.strip():
        told = given
    elif path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        table = [line for line in lines if line.startswith("|") and line.strip("|-: ")]
        told = "\n".join(table or lines)
    else:
        told = ""
    if not told.strip():
        raise StyleGANEXError(
            f"model files must say on whose pictures they were trained, and {echo(path, 300)} says "
            "nothing; pass --origin with the data sets, their owners and licences."
        )
    return told.strip()[:LONGEST]
