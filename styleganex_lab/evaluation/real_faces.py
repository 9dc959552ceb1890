"""What the bundled readers of real faces see in results: the same person, how old, smiling?

On rendered people, who are all alike to these networks, and on drawings the figures mean little.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from styleganex_core.crop import Face
from styleganex_core.readers import FaceReadings, judge_identity, load_face_readers
from styleganex_core.readers.identity import SAME_PERSON
from styleganex_core.readers.reading import GROWN, align_for_readers

from .identity import mean_known
from .tables import Table

COLUMNS = (
    "", "likeness", "recognised (%)", "age", "age off", "smile", "smile off", "mouth off",
    "turn off (degrees)",
)  # fmt: skip
INPUT = "input"
NOTE = (
    "Read by bundled networks: likeness 0 is the same picture, below 0.6 the same person, judged "
    "under mirror, shifts, blur and turns; age is apparent years; off is the mean distance from "
    "the input. They know real faces; of rendered ones they say little."
)


class FaceTable:
    """Collects readings of results and their inputs, row by row, and tabulates their means."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.readers = load_face_readers()
        self.rows: dict[str, list[list[float | None]]] = {}

    @torch.no_grad()
    def note(
        self, row: str, made: torch.Tensor, source: torch.Tensor, faces: Sequence[Face]
    ) -> None:
        """Reads the faces of a result [T, 3, H, W] at the places they have in its source."""
        for result, picture, face in zip(made.split(1), source.split(1), faces, strict=True):
            aligned, points = align_for_readers(picture, face)
            drawn, _ = align_for_readers(result, face)
            told = self.readers(aligned, points, grown=GROWN)
            found = self.readers(drawn, points, grown=GROWN)
            distance = float(
                judge_identity(drawn, aligned, readers=self.readers, points=points, grown=GROWN)
            )
            self.rows.setdefault(INPUT, []).append(_figures(0.0, told, told))
            if row != INPUT:
                self.rows.setdefault(row, []).append(_figures(distance, found, told))

    def tabulate(self) -> Table:
        """The means of all rows."""
        means = (
            (name, *(mean_known(list(column)) for column in zip(*values, strict=True)))
            for name, values in self.rows.items()
        )
        return Table(self.title, COLUMNS, tuple(means), NOTE)


def _figures(distance: float, found: FaceReadings, told: FaceReadings) -> list[float | None]:
    """One face's figures in the order of `COLUMNS`."""

    def off(name: str) -> float:
        return abs(float(getattr(found, name)) - float(getattr(told, name)))

    same = 100.0 if distance < SAME_PERSON else 0.0
    return [
        distance, same, float(found.age), off("age"), float(found.smile), off("smile"),
        off("mouth_open"), off("yaw"),
    ]  # fmt: skip
