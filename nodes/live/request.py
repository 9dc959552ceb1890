"""What the editor asks of the live routes, checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ... import styleganex_core as core

LARGEST_BODY = 16 * 1024  # bytes
LONGEST_TEXT = 4096  # characters of strengths
LONGEST_LAYERS = 200
SMALLEST_SIDE, LARGEST_SIDE = 32, 1024  # px of the preview's longer side
LARGEST_ZOOM = 16
MOST_HANDLES = 64  # in one release
LARGEST_FACE = 99  # number of a face in its photo
HANDLE = re.compile(r"[A-Za-z0-9_-]{16,64}")

FaceStrengths = tuple[tuple[int, tuple[tuple[str, float], ...]], ...]  # by a face's number


class NoPicture(Exception):
    """An answer without a picture: a status, its kind in a word and a sentence.

    What is not an error ("busy", "superseded", "gone") has the status 202: browsers write
    every 4xx into the console as an error.
    """

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind

    def as_json(self) -> dict[str, str]:
        return {"type": self.kind, "message": str(self)}


@dataclass(frozen=True)
class PictureRequest:
    """A picture of the latents under `handle`, edited; `side` px on its longer side.

    `zoom`: how near the faces of a photo are shown, 1 for all of it; `face`: which of them is in
    the middle, from 1 on, 0 for all. `face_strengths`: what single faces have of their own.
    """

    handle: str
    strengths: tuple[tuple[str, float], ...]
    layers: str
    side: int
    zoom: float = 1.0
    face_strengths: FaceStrengths = ()
    face: int = 0


def read_json(data: bytes) -> object:
    """What a body says; NoPicture when it is not JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoPicture(400, "invalid", "the body is not JSON.") from error


def read_picture_request(
    body: object, check: Callable[[str], object] = lambda handle: None
) -> PictureRequest:
    """Raises NoPicture for anything but the documented fields in their ranges.

    `check` gets the handle before anything else is read, and raises NoPicture for those that are
    not known here: strangers cost nothing.
    """
    known = {"handle", "strengths", "layers", "side", "zoom", "face_strengths", "face"}
    fields = _fields(body, known)
    handle = _handle(fields.get("handle"))
    check(handle)
    text = _text(fields, "strengths", LONGEST_TEXT, default="")
    layers = _text(fields, "layers", LONGEST_LAYERS, default="all")
    own = _text(fields, "face_strengths", LONGEST_TEXT, default="")
    try:
        strengths = core.parse_strengths(text)
        face_strengths = sort_faces(core.latents.parse_face_strengths(own))
    except core.StyleGANEXError as error:
        raise NoPicture(400, "invalid", str(error)) from error
    side = fields.get("side", 512)
    if type(side) is not int or not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        raise NoPicture(
            400,
            "invalid",
            f"side is the preview's longer side in whole px, {SMALLEST_SIDE} to {LARGEST_SIDE}.",
        )
    zoom = fields.get("zoom", 1)
    if type(zoom) not in (int, float) or not 1 <= zoom <= LARGEST_ZOOM:
        raise NoPicture(400, "invalid", f"zoom is a number from 1 to {LARGEST_ZOOM}.")
    face = fields.get("face", 0)
    if type(face) is not int or not 0 <= face <= LARGEST_FACE:
        raise NoPicture(400, "invalid", f"face is a whole number from 0 to {LARGEST_FACE}.")
    asked = (keep_nonzero(strengths), layers, side, round(float(zoom), 2))
    return PictureRequest(handle, *asked, face_strengths, face)


def read_release(body: object) -> tuple[list[str], bool]:
    """The handles to drop, and whether newer ones have replaced them."""
    fields = _fields(body, {"handles", "replaced"})
    handles, replaced = fields.get("handles"), fields.get("replaced", False)
    if not isinstance(handles, list) or not len(handles) <= MOST_HANDLES:
        raise NoPicture(400, "invalid", f"handles is a list of at most {MOST_HANDLES} handles.")
    if not isinstance(replaced, bool):
        raise NoPicture(400, "invalid", "replaced is true or false.")
    return [_handle(handle) for handle in handles], replaced


def keep_nonzero(strengths: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """What strengths do, in one order however they were written."""
    return tuple(sorted((n.casefold(), value) for n, value in strengths.items() if value))


def sort_faces(faces: Mapping[int, Mapping[str, float]]) -> FaceStrengths:
    """What faces have of their own, in one order; a 0 says that a common edit is not for them."""
    return tuple(
        (number, tuple(sorted((n.casefold(), value) for n, value in own.items())))
        for number, own in sorted(faces.items())
        if own
    )


def _fields(body: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise NoPicture(400, "invalid", "the body is a JSON object.")
    unknown = sorted(set(body) - known)
    if unknown:
        listed = ", ".join(sorted(known))
        name = core.errors.echo(unknown[0])
        raise NoPicture(400, "invalid", f"there is no field '{name}', only {listed}.")
    return body


def _text(fields: dict[str, Any], name: str, longest: int, default: str) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str) or len(value) > longest:
        raise NoPicture(400, "invalid", f"{name} is text of at most {longest} characters.")
    return value


def _handle(value: object) -> str:
    if not isinstance(value, str) or not HANDLE.fullmatch(value):
        raise NoPicture(400, "invalid", "a handle is the text that a run of the node returned.")
    return value
