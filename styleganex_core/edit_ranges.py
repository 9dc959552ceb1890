"""How far edits go on real people: what was measured of a model, in a small file beside it.

Strengths beyond a range can be used as any other; front ends mark them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import CheckpointError, echo

ENDING = ".edits.json"  # photo.edits.json lies beside photo.safetensors
WORKS_FROM = 80.0  # % of people on whom an edit must change what its name says
LARGEST_FILE = 65536  # bytes
UNMEASURED = "not measured on real people"
FAILS = "does not work on real people"
FAINT = "faint on real people"


@dataclass(frozen=True)
class EditRange:
    """What an edit did to real people: the share of them, in %, by strength in the vector's units.

    The share are those on whom the edit changed the asked way what its name says. `faint`: it did,
    but hardly visibly.

    >>> smile = EditRange({-2.0: 54.0, 1.0: 90.0, 2.0: 83.0})
    >>> smile.low, smile.high
    (0.0, 2.0)
    """

    right: Mapping[float, float]
    faint: bool = False

    @property
    def low(self) -> float:
        """The lowest strength that works, 0 where none below 0 does or was measured."""
        return self._reach(-1)

    @property
    def high(self) -> float:
        """The highest strength that works, 0 where none above 0 does or was measured."""
        return self._reach(1)

    @property
    def fails(self) -> bool:
        """Whether it works at no strength that was measured."""
        return self.low == self.high == 0

    def _reach(self, side: int) -> float:
        reached = 0.0
        for strength in sorted((s for s in self.right if s * side > 0), key=abs):
            if self.right[strength] < WORKS_FROM:
                break
            reached = strength
        return reached


EditRanges = Mapping[str, EditRange]


def read_edit_ranges(model: Path) -> dict[str, EditRange]:
    """What is known of the edits of a model's file, by name; nothing where no file says it.

    Raises CheckpointError for a file beside the model that cannot be read.
    """
    path = model.with_name(model.stem + ENDING)
    try:
        if not path.is_file():
            return {}
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"it is larger than {LARGEST_FILE} bytes")
        data = json.loads(path.read_text(encoding="utf-8"))
        faint = set(data.get("faint", []))
        return {
            str(name): EditRange(
                {float(strength): float(share) for strength, share in shares.items()},
                name in faint,
            )
            for name, shares in data["right"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CheckpointError(
            f'{echo(path.name)} cannot be read ({echo(error)}); expected {{"right": {{"smile": '
            '{"-2": 100, "2": 100}}, "faint": []}. Correct it or remove it: the model works '
            "without it."
        ) from error


def describe_range(known: EditRange | None) -> str:
    """The range in words; None for an edit of which nothing is known.

    >>> describe_range(EditRange({2.0: 83.0, -2.0: 58.0}, faint=True))
    '0 to 2, faint on real people; right at -2 on 58 % only'
    """
    if known is None:
        return UNMEASURED
    missed = [
        f"at {strength:g} on {share:g} %"
        for strength, share in sorted(known.right.items())
        if share < WORKS_FROM
    ]
    words = FAILS if known.fails else f"{known.low:g} to {known.high:g}"
    words += f", {FAINT}" if known.faint and not known.fails else ""
    return words + (f"; right {', '.join(missed)} only" if missed else "")


def mark_strength(ranges: EditRanges, name: str, strength: float) -> str:
    """What is to be said of an edit at a strength; "" for one that works there.

    Nothing is said of models of which nothing was measured.

    >>> mark_strength({"smile": EditRange({2.0: 100.0})}, "smile", 2.5)
    'beyond 0 to 2'
    >>> mark_strength({"smile": EditRange({2.0: 100.0})}, "beard", 1)
    'not measured on real people'
    """
    if not ranges or not strength:
        return ""
    known = ranges.get(name)
    if known is None:
        return UNMEASURED
    if known.fails:
        return FAILS
    if not known.low <= strength <= known.high:
        return f"beyond {known.low:g} to {known.high:g}"
    return FAINT if known.faint else ""
