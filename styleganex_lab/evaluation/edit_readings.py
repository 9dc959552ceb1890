"""What edits do to photos, as bundled networks read it: the asked way, and to the same person?"""

from __future__ import annotations

import torch

from styleganex_core.crop import Face
from styleganex_core.readers import load_face_readers
from styleganex_core.readers.compare import FaceLikeness
from styleganex_core.readers.reading import GROWN, align_for_readers

from .identity import mean_known
from .tables import Table

COLUMNS = (
    "", "read as", "gain", "the asked way (%)", "likeness to the photo", "likeness to the unedited",
)  # fmt: skip
DRAWN, PASTED = "Edits of photos", "Edits put back into photos"
NOTE = (
    "Gain is the mean change of what a bundled network reads, from the drawing without the edit to "
    "that with it; likeness 0 is the same picture, below 0.6 the same person."
)
PASTED_NOTE = (
    "The photo with the change that an edit makes in the drawing, as Edit Face puts it back; gain "
    "and likeness are from the photo itself."
)
# What reads an edit whose name begins so, the longest first, and whether more of one is more of
# the other.
READ_AS = {
    "turn_left": ("yaw", -1), "turn": ("yaw", 1), "yaw": ("yaw", 1), "look_up": ("pitch", 1),
    "pitch": ("pitch", 1), "smile": ("smile", 1), "mouth": ("mouth_open", 1), "age": ("age", 1),
    "gender": ("gender_odds", 1), "eyes": ("eyes_open", 1), "gaze_y": ("gaze_y", 1),
    "gaze_down": ("gaze_y", 1), "gaze": ("gaze_x", 1), "hair_light": ("hair_light", 1),
    "skin_dark": ("skin_light", -1),
}  # fmt: skip


class EditTable:
    """Collects what edits did to photos, and tabulates it."""

    def __init__(self, title: str = DRAWN, note: str = NOTE) -> None:
        self.title, self.explanation = title, note
        self.readers = load_face_readers()
        self.rows: dict[str, list[list[float | None]]] = {}
        self.names: dict[str, str] = {}

    def note(
        self,
        edit: str,
        strength: float,
        photo: torch.Tensor,
        face: Face,
        drawn: torch.Tensor,
        edited: torch.Tensor,
    ) -> None:
        """Reads one photo [1, 3, H, W], its drawing, and the drawing edited, of the same size."""
        row = f"{edit} {strength:+g}"
        name, sign = find_reader(edit)
        gain = None
        if name:
            after, before = (self._read(picture, face, name) for picture in (edited, drawn))
            gain = after - before
        asked = None if gain is None else 100.0 * (gain * sign * strength > 0)
        likeness = [FaceLikeness(base, face, self.readers).judge(edited) for base in (photo, drawn)]
        self.names[row] = name
        self.rows.setdefault(row, []).append([gain, asked, *likeness])

    def tabulate(self) -> Table:
        """The means of all edits."""
        means = (
            (row, self.names[row] or "-", *(mean_known(list(c)) for c in zip(*v, strict=True)))
            for row, v in self.rows.items()
        )
        return Table(self.title, COLUMNS, tuple(means), self.explanation)

    @torch.no_grad()
    def _read(self, picture: torch.Tensor, face: Face, name: str) -> float:
        aligned, points = align_for_readers(picture, face)
        return float(getattr(self.readers(aligned, points, grown=GROWN), name))


def find_reader(edit: str) -> tuple[str, int]:
    """What reads an edit of that name, and its sign; ("", 1) where nothing does."""
    for start in sorted(READ_AS, key=len, reverse=True):
        if edit.startswith(start):
            return READ_AS[start]
    return "", 1
