"""Strengths of their own for single faces: "[2] smile: 0, age: 1" is for the second one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch

from ..datatypes import FaceCrop, Latents
from ..errors import ShapeError, StyleGANEXError, echo
from ..grammar import SPACE, check_length
from .edit import apply_edit_vector, scale_vector
from .strengths import LONGEST_TEXT, apply_edit_vectors, find_vector, parse_strengths

# A face's number: at the text's start, at a line's, or after a semicolon; so in the editor, too.
HEAD = re.compile(r"(?:^|[;\n])[ \t]*\[([0-9]{1,2})\]")

FaceStrengths = str | Mapping[int, Mapping[str, float]]


def parse_face_strengths(text: str) -> dict[int, dict[str, float]]:
    """The strengths in `text` by the number of the face that they are for, from 1 on.

    Each face has a line, or a part between semicolons: its number in brackets, then what
    `parse_strengths` reads. Raises StyleGANEXError for text that is no such list.

    >>> parse_face_strengths("[1] smile: 1.2; [3] age: -0.5, smile: 0")
    {1: {'smile': 1.2}, 3: {'age': -0.5, 'smile': 0.0}}
    """
    check_length(text, LONGEST_TEXT, "face_strengths")
    heads = list(HEAD.finditer(text))
    starts = [head.start() for head in heads] + [len(text)]
    before = text[: starts[0]].strip(SPACE)
    if before:
        raise StyleGANEXError(
            f'face_strengths: cannot read "{echo(before)}"; begin with a face\'s number in '
            'brackets, counted from the left, and put semicolons between faces: "[1] smile: 1; [2] '
            'age: -0.5".'
        )
    faces: dict[int, dict[str, float]] = {}
    for head, end in zip(heads, starts[1:], strict=True):
        number = int(head[1])
        if number < 1 or number in faces:
            fault = "is given twice" if number else "is no face; they are counted from 1"
            raise StyleGANEXError(f"face_strengths: [{number}] {fault}.")
        faces[number] = parse_strengths(text[head.end() : end])
    return faces


def number_faces(places: Sequence[FaceCrop] | None, count: int) -> list[int]:
    """The number of the face that each of `count` latents shows, from 1 on.

    Faces are counted within their picture, in the order of their crops, which is from left to
    right. A single crop's latents all show face 1; without places every latent is a face.
    """
    if places is None:
        return list(range(1, count + 1))
    if len(places) < 2:
        return [1] * count
    counts: dict[int, int] = {}
    numbers = []
    for place in places:
        counts[place.picture] = counts.get(place.picture, 0) + 1
        numbers.append(counts[place.picture])
    return numbers


def apply_face_strengths(
    latents: Latents,
    vectors: Mapping[str, torch.Tensor],
    strengths: str | Mapping[str, float],
    face_strengths: FaceStrengths,
    numbers: Sequence[int],
    layers: str = "all",
) -> Latents:
    """As `apply_edit_vectors`, where single faces may have strengths of their own.

    `face_strengths` by number, or as text for `parse_face_strengths`: a vector that they name has
    that strength for that face, all others have those of `strengths`. `numbers` says which face
    each of the latents shows, as `number_faces` counts. Numbers that no face has do nothing.

    Raises StyleGANEXError for names that no vector has, ShapeError where the numbers are not one
    for each of the latents.
    """
    common, own = parse_both(strengths, face_strengths)
    named = [name for given in (common, *own.values()) for name in given]
    for name in named:
        find_vector(vectors, name)
    if not set(own) & set(numbers):
        return apply_edit_vectors(latents, vectors, common, layers)
    if len(numbers) != latents.batch:
        raise ShapeError(
            f"{latents.batch} latents came with the places of {len(numbers)} faces; connect those "
            "of one Crop Face."
        )
    faces = strengths_of_faces(common, own, numbers)
    for name in dict.fromkeys(name.casefold() for name in named):
        row = [face.get(name, 0.0) for face in faces]
        vector = find_vector(vectors, name)
        if len(set(row)) > 1:
            latents = apply_edit_vector(latents, scale_vector(vector, row), layers=layers)
        elif row[0]:
            latents = apply_edit_vector(latents, vector, row[0], layers)
    return latents


def strengths_of_faces(
    strengths: str | Mapping[str, float], face_strengths: FaceStrengths, numbers: Sequence[int]
) -> list[dict[str, float]]:
    """The strengths of each face by name in small letters, as `apply_face_strengths` has them."""
    common, own = parse_both(strengths, face_strengths)
    plain = _fold(common)
    faces = {number: plain | _fold(given) for number, given in own.items()}
    return [faces.get(number, plain) for number in numbers]


def parse_both(
    strengths: str | Mapping[str, float], face_strengths: FaceStrengths
) -> tuple[Mapping[str, float], Mapping[int, Mapping[str, float]]]:
    """Both by name and number, where they are text."""
    common = parse_strengths(strengths) if isinstance(strengths, str) else strengths
    own = (
        parse_face_strengths(face_strengths) if isinstance(face_strengths, str) else face_strengths
    )
    return common, own


def _fold(strengths: Mapping[str, float]) -> dict[str, float]:
    return {name.casefold(): strength for name, strength in strengths.items()}
