"""How a model does on many real people: Step I and II, and edits as users get them.

The people are those of a folder of aligned portraits (`training.data.aligned`) who are never
trained on. Every figure of a person is a line of a CSV file that is written person by person, so a
run that stops goes on where it was, and tables are made of the file.

Convention: pictures are [1, 3, H, W] in -1..1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch

from styleganex_core.crop import Face, find_faces, select_faces
from styleganex_core.crop.align import style_matrix
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.decode import decode_latents
from styleganex_core.errors import FaceNotFoundError
from styleganex_core.images import load_image
from styleganex_core.latents import apply_edit_vector
from styleganex_core.networks import Model
from styleganex_core.photo import OpenPhoto, PhotoSettings, edit_in_place, open_photo, put_back
from styleganex_core.pipeline import FlowSettings, refine_photo
from styleganex_core.readers import FaceReaders, FaceReadings, load_face_readers
from styleganex_core.readers.compare import FaceLikeness
from styleganex_core.readers.reading import GROWN, align_for_readers
from styleganex_core.warp import apply, invert

from ..training.data.aligned import (
    FACE,
    Portrait,
    one_of_each,
    read_index,
    read_squares,
    weigh_face_regions,
)
from .edit_readings import find_reader
from .folder import Edit, fit_to
from .lines import ReportSteps, Say, measure_missing

SIDE = 256  # px of the aligned square
LINES = "people.csv"
STEP_ONE, UNCROPPED, STEP_TWO = "Step I, aligned", "Step I, uncropped", "Step II"
ON_PHOTO, AS_DRAWING = "photo", "drawing"
SETTINGS = PhotoSettings()  # what users get
WHOLE = replace(SETTINGS, which="whole picture")  # an aligned portrait as it is
OUTSIDE = 0.01  # of the region's mask: px that count as outside
EDITS: tuple[Edit, ...] = (
    *((name, sign * 2.0) for name in (
        "smile", "age", "gender", "glasses", "hair_light", "beard", "mouth_open", "gaze_right",
        "look_up", "turn_right", "eyes_open",
    ) for sign in (1, -1)),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One figure of a person: `psnr` in dB in the face, `likeness` to the photo as
    `judge_identity` gives it; of edits what the reader said `before`, the `gain`, whether it moved
    as `asked` (1 or 0), and the mean change `outside` the region, in levels of 255.
    """

    name: str
    set: str
    row: str
    psnr: float | None = None
    likeness: float | None = None
    before: float | None = None
    gain: float | None = None
    asked: float | None = None
    outside: float | None = None


@dataclass(frozen=True)
class Plan:
    """What is measured: `edits` on the photo of everybody, as drawings of every fourth person and,
    with `steps`, Step II of every tenth.
    """

    edits: Sequence[Edit] = EDITS
    drawings_every: int = 4
    steps: int = 0
    steps_every: int = 10


def measure_people(
    model: Model,
    folder: Path,
    out: Path,
    plan: Plan | None = None,
    *,
    limit: int | None = None,
    progress: ReportSteps | None = None,
    say: Say = print,
) -> list[Line]:
    """The lines of all people, those of an earlier run among them; a person is one photo.

    People come in an order that spreads them over the sets, so that any part is representative.
    """
    plan = plan or Plan()
    people = spread_people(read_index(folder))[:limit]
    readers = load_face_readers()

    def measure(number: int) -> Iterator[Line]:
        return Person(model, people[number], folder, readers).measure(plan, number)

    return measure_missing(
        out / LINES,
        Line,
        {(one.file.stem,): partial(measure, number) for number, one in enumerate(people)},
        lambda line: (line.name,),
        progress=progress,
        say=say,
    )


def spread_people(portraits: Sequence[Portrait]) -> list[Portrait]:
    """One portrait of everybody who is held out, those of a set spread evenly over the list."""
    by_set: dict[str, list[Portrait]] = {}
    for portrait in one_of_each(portraits, held_out=True):
        by_set.setdefault(portrait.kind, []).append(portrait)
    placed = [
        ((place + 0.5) / len(some), portrait)
        for some in by_set.values()
        for place, portrait in enumerate(some)
    ]
    return [portrait for _, portrait in sorted(placed, key=lambda pair: (pair[0], pair[1].person))]


class Person:
    """One photo of somebody, and everything that is measured on it."""

    def __init__(
        self, model: Model, portrait: Portrait, folder: Path, readers: FaceReaders
    ) -> None:
        self.model, self.portrait, self.folder, self.readers = model, portrait, folder, readers
        self.photo = read_squares([portrait])
        self.face = select_faces(find_faces(self.photo), "largest")[0]
        self.likeness = FaceLikeness(self.photo, self.face, readers)
        self.told = readers(*align_for_readers(self.photo, self.face), grown=GROWN)

    @torch.no_grad()
    def measure(self, plan: Plan, number: int) -> Iterator[Line]:
        """The person's lines; `number`: the place in the list, for what every so many get."""
        opened = open_photo(self.model, self.photo, WHOLE)
        assert opened.exact is not None
        exact = decode_latents(self.model, opened.exact)
        inside = weigh_face_regions(SIDE) > FACE
        yield self._line(STEP_ONE, exact, inside)
        yield from self._uncropped()
        if plan.steps and number % plan.steps_every == 0:
            flow = FlowSettings.with_steps(plan.steps)
            with torch.enable_grad():
                refined = refine_photo(self.model, opened.exact, self.photo, flow)
            made = decode_latents(self.model, refined)
            yield self._line(f"{STEP_TWO}, {plan.steps} steps", made, inside)
        cropped = open_photo(self.model, self.photo, SETTINGS, faces=[[self.face]])
        outside = find_outside(cropped)
        for name, strength in plan.edits:
            made = edit_in_place(self.model, cropped, {name: strength}, SETTINGS)
            change = (made - self.photo).abs().mean(dim=1)[outside] * 255 / 2
            line = self._judge_edit(ON_PHOTO, (name, strength), self.told, made)
            yield replace(line, outside=float(change.mean()) if len(change) else None)
        if number % plan.drawings_every == 0:
            before = self.read(exact)
            for name, strength in plan.edits:
                edited = apply_edit_vector(opened.exact, self.model.edit_vectors[name], strength)
                made = fit_to(decode_latents(self.model, edited), self.photo)
                yield self._judge_edit(AS_DRAWING, (name, strength), before, made)

    def _line(self, row: str, made: torch.Tensor, inside: torch.Tensor) -> Line:
        made = fit_to(made, self.photo)
        return Line(
            self.portrait.file.stem,
            self.portrait.kind,
            row,
            psnr=face_psnr(made, self.photo, inside),
            likeness=self.likeness.judge(made),
        )

    def _uncropped(self) -> Iterator[Line]:
        """Step I of the face in its wide photo, where there is one."""
        path = self.folder / "wide" / self.portrait.file.name
        if not path.is_file():
            return
        photo = load_image(path)
        try:
            found = select_faces(find_faces(photo), "largest")[0]
        except FaceNotFoundError:
            return
        opened = open_photo(self.model, photo, SETTINGS, faces=[[found]])
        assert opened.exact is not None
        crop, place = opened.faces.crops[:1], opened.faces.places[0]
        made = fit_to(decode_latents(self.model, opened.exact[0]), crop)
        moved = face_from_points([apply(invert(place.matrix), x, y) for x, y in found.points])
        inside = oval_of(moved, (crop.shape[-2], crop.shape[-1]))
        judged = FaceLikeness(crop, moved, self.readers).judge(made)
        yield Line(
            self.portrait.file.stem,
            self.portrait.kind,
            UNCROPPED,
            psnr=face_psnr(made, crop, inside),
            likeness=judged,
        )

    def _judge_edit(self, where: str, edit: Edit, before: FaceReadings, made: torch.Tensor) -> Line:
        name, strength = edit
        reader, _ = find_reader(name)
        gain, asked = self.read_gain(edit, before, made)
        return Line(
            self.portrait.file.stem,
            self.portrait.kind,
            f"{where}: {name} {strength:+g}",
            likeness=self.likeness.judge(made),
            before=float(getattr(before, reader)) if reader else None,
            gain=gain,
            asked=asked,
        )

    def read_gain(
        self, edit: Edit, before: FaceReadings, made: torch.Tensor
    ) -> tuple[float | None, float | None]:
        """How far the edit's reader moved from `before` to a picture, and whether as asked (1 or
        0); None where nothing reads the edit.
        """
        name, strength = edit
        reader, sign = find_reader(name)
        if not reader:
            return None, None
        gain = float(getattr(self.read(made), reader)) - float(getattr(before, reader))
        return gain, float(gain * sign * strength > 0)

    def read(self, picture: torch.Tensor) -> FaceReadings:
        """What the readers say of a picture of the photo's size, around the photo's face."""
        return self.readers(*align_for_readers(picture, self.face), grown=GROWN)


def find_outside(opened: OpenPhoto) -> torch.Tensor:
    """The px [1, H, W] that putting a drawing back never reaches, soft edges included."""
    assert opened.unedited is not None
    drawing = replace(SETTINGS, paste="drawing")
    white, black = (
        put_back(opened, torch.full_like(opened.unedited, level), drawing) for level in (1.0, -1.0)
    )
    return (white - black).abs().mean(dim=1) < 2 * OUTSIDE


def face_psnr(made: torch.Tensor, wanted: torch.Tensor, inside: torch.Tensor) -> float:
    """PSNR in dB of the px of pictures in -1..1 that are `inside` [H, W]."""
    error = (made.clamp(-1, 1) - wanted).square().mean(dim=1)[:, inside].mean()
    return float(10 * torch.log10(4 / error.clamp_min(1e-10)))


def oval_of(face: Face, size: tuple[int, int]) -> torch.Tensor:
    """The px [H, W] of a picture of `size` that show the face, as `weigh_face_regions` has it."""
    matrix = invert(style_matrix(face))
    rows = torch.tensor(matrix)
    y, x = torch.meshgrid(*(torch.arange(float(side)) for side in size), indexing="ij")
    u, v = (row[0] * x + row[1] * y + row[2] for row in rows)
    weights = weigh_face_regions(SIDE)
    inside = (u >= 0) & (u < SIDE - 1) & (v >= 0) & (v < SIDE - 1)
    columns, lines = (place.round().long().clamp(0, SIDE - 1) for place in (u, v))
    return inside & (weights[lines, columns] > FACE)
