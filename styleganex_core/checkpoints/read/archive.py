"""Zip archives, whose members may unpack to no more than the budget has."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .budget import Budget, Refusal

MOST_MEMBERS = 100_000
PIECE = 1 << 20  # bytes
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_archive(path: Path) -> zipfile.ZipFile:
    """The archive, open. Raises Refusal where it has more members than a file of tensors needs."""
    archive = zipfile.ZipFile(path)
    if len(archive.filelist) > MOST_MEMBERS:
        archive.close()
        raise Refusal("is damaged: it holds more parts than any file of tensors does.")
    return archive


def read_member(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytearray:
    """The bytes of a member. Its real size is counted, and must be the one that it claims."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise Refusal(f"is damaged: it lacks its part {name[-80:]}.") from None
    if member.compress_type not in PLAIN_METHODS:
        raise Refusal("is packed in an unusual way; unpack it and pack it again as zip.")
    budget.take_bytes(member.file_size)
    data = bytearray()
    with archive.open(member) as source:
        while piece := source.read(PIECE):
            data += piece
    if len(data) != member.file_size:
        raise Refusal("is cut short.")
    return data
