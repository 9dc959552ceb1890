"""Faces followed through a clip, frame by frame: searched now and then, followed in between.

Only points are kept of a frame, some 100 bytes per person, so a clip of any length fits.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
import torch.nn.functional as F

from ..crop import Face, cut_style, find_faces
from ..crop.cascade import Detections, straighten
from ..errors import FaceNotFoundError, StyleGANEXError
from ..networks.mtcnn import load_face_detector
from .clip import Clip, ClipInfo, Frame, Selection
from .identify import Known, drop_doubles, match_people, take_look
from .motion import Ratio, expect_face, is_plausible, place_face, rescale_face
from .people import Person, Track, take_frame_look

SEARCH_SIDE = 640  # px of the longer side on which faces are searched: from 20 px wide, so 1/32
FOLLOWED = 0.7  # score above which a known face is taken to be where it was looked for
PATIENCE = 0.5  # seconds for which a lost face is expected where its motion leads
SHORTEST = 0.2  # seconds; what is seen for less is taken for a mistake of the detector
CUT = 0.22  # mean difference (of -1..1) of coarse pictures between two frames: a new shot
COARSE = (18, 32)  # px of these pictures


@dataclass
class _Record:
    """A person's sightings, as flat numbers."""

    known: Known
    frames: array = field(default_factory=lambda: array("l"))
    points: array = field(default_factory=lambda: array("f"))
    style: torch.Tensor | None = None
    style_frame: int = 0


class FaceTracker:
    """Takes the frames of a clip in order; `finish` gives the track.

    `every`: frames between two searches of the whole frame; between them known faces are followed,
    and a face that is lost starts a search at once. `style_frame`: each person's style picture is
    taken from this frame, or the first after it that shows them, or else the last before it.
    """

    def __init__(
        self,
        info: ClipInfo,
        *,
        every: int = 8,
        style_frame: int = 0,
        device: torch.device | str = "cpu",
    ) -> None:
        if every < 1:
            raise StyleGANEXError(f"every must be at least 1, for every frame; got {every}.")
        self._info = info
        self._every = every
        self._style_frame = style_frame
        self._detector = load_face_detector(torch.device(device))
        self._device = torch.device(device)
        self._patience = max(1.0, PATIENCE * float(info.rate))
        self._records: list[_Record] = []
        self._cuts: list[int] = []
        self._coarse: torch.Tensor | None = None
        self._first: int | None = None
        self._look: torch.Tensor | None = None
        self._searched = 0
        self._count = 0

    @property
    def people(self) -> int:
        return len(self._records)

    @torch.no_grad()
    def add(self, frame: Frame) -> dict[int, Face]:
        """The faces seen in the next frame, by the person's number so far."""
        picture = frame.to_picture(self._device)
        shrink = max(1.0, max(picture.shape[-2:]) / SEARCH_SIDE)
        size = (
            max(1, round(picture.shape[-2] / shrink)),
            max(1, round(picture.shape[-1] / shrink)),
        )
        small = picture
        if shrink > 1:
            small = F.interpolate(picture, size, mode="bilinear", antialias=True)
        ratio = (picture.shape[-1] / size[1], picture.shape[-2] / size[0])

        start = self._first is None
        cut = self._is_cut(small) and not start
        if start:
            self._first = frame.index
            self._look = take_frame_look(frame)
        if cut:
            self._cuts.append(frame.index)
        followed = {} if start or cut else self._follow(small, frame.index, ratio)
        lost = any(
            record.known.last == frame.index - 1 and number not in followed
            for number, record in enumerate(self._records)
        )
        due = frame.index - self._searched >= self._every
        if start or cut or due or lost:
            self._searched = frame.index
            seen = self._search(small, frame.index, ratio, cut)
        else:
            seen = {number: (face, None) for number, face in followed.items()}
        for number, (face, look) in seen.items():
            self._see(number, face, look, frame, picture, cut)
        self._count = frame.index - (self._first or 0) + 1
        return {number: face for number, (face, _) in seen.items()}

    def finish(self, *, missing: Literal["stop", "pass through"] = "stop") -> Track:
        """The track; FaceNotFoundError when no face was seen for long enough.

        `missing="pass through"` gives a track of nobody instead.
        """
        if self._first is None:
            raise StyleGANEXError("no frame was chosen; choose a range of frames the clip has.")
        least = min(max(2, round(SHORTEST * float(self._info.rate))), math.ceil(self._count / 2))
        kept = [record for record in self._records if len(record.frames) >= least]
        if not kept and missing == "stop":
            raise FaceNotFoundError(
                f"no face was found in {self._count} frames; try a clip, or a range of it, in "
                "which both eyes of someone can be seen and the face is at least 1/32 of the frame "
                "wide."
            )
        kept.sort(key=lambda record: (record.frames[0], record.points[0]))
        return Track(
            people=tuple(self._as_person(record) for record in kept),
            size=self._info.size,
            rate=self._info.rate,
            first=self._first,
            count=self._count,
            cuts=tuple(self._cuts),
            look=self._look,
        )

    def _is_cut(self, small: torch.Tensor) -> bool:
        coarse = F.adaptive_avg_pool2d(small, COARSE)
        before, self._coarse = self._coarse, coarse
        return before is not None and float((coarse - before).abs().mean()) > CUT

    def _follow(self, small: torch.Tensor, index: int, ratio: Ratio) -> dict[int, Face]:
        """The faces of the frame before, looked for where their motion leads."""
        numbers = [n for n, record in enumerate(self._records) if record.known.last == index - 1]
        if not numbers:
            return {}
        smaller = (1 / ratio[0], 1 / ratio[1])
        guesses = [
            rescale_face(expect_face(self._records[n].known, index, self._patience), smaller)
            for n in numbers
        ]
        # The cascade counts from the picture's outer corner.
        boxes = torch.tensor([face.box for face in guesses], device=small.device) + 0.5
        points = torch.tensor([face.points for face in guesses], device=small.device) + 0.5
        sure = boxes.new_ones(len(guesses))
        found = straighten(self._detector, small, Detections(boxes, points, sure))
        followed = {}
        for number, guess, place, score in zip(
            numbers, guesses, (found.points - 0.5).tolist(), found.scores.tolist(), strict=True
        ):
            face = place_face(guess, [tuple(point) for point in place], score)
            if score > FOLLOWED and is_plausible(guess, face):
                followed[number] = face
        if len(followed) > 1:
            looks = {number: take_look(small, face) for number, face in followed.items()}
            followed = drop_doubles([r.known for r in self._records], followed, looks)
        return {number: rescale_face(face, ratio) for number, face in followed.items()}

    def _search(
        self,
        small: torch.Tensor,
        index: int,
        ratio: Ratio,
        cut: bool,
    ) -> dict[int, tuple[Face, torch.Tensor | None]]:
        """All faces of the frame, by whose they are; new people are added to the records."""
        inner = find_faces(small, detector=self._detector, lying=False)
        looks = [take_look(small, face) for face in inner]
        faces = [rescale_face(face, ratio) for face in inner]
        known = [record.known for record in self._records]
        owners = match_people(known, faces, looks, index, patience=self._patience, cut=cut)
        seen = {}
        for face, look, owner in zip(faces, looks, owners, strict=True):
            if owner is None:
                owner = len(self._records)
                self._records.append(_Record(Known(face, index)))
            seen[owner] = (face, look)
        return seen

    def _see(
        self,
        number: int,
        face: Face,
        look: torch.Tensor | None,
        frame: Frame,
        picture: torch.Tensor,
        cut: bool,
    ) -> None:
        record = self._records[number]
        record.known.see(face, frame.index, look, cut)
        record.frames.append(frame.index)
        record.points.extend(value for point in face.points for value in point)
        if record.style is None or record.style_frame < self._style_frame:
            record.style, record.style_frame = cut_style(picture, face).cpu(), frame.index

    def _as_person(self, record: _Record) -> Person:
        places = torch.tensor(record.frames) - (self._first or 0)
        points = torch.zeros(self._count, 5, 2)
        seen = torch.zeros(self._count, dtype=torch.bool)
        points[places] = torch.tensor(record.points).reshape(-1, 5, 2)
        seen[places] = True
        assert record.style is not None
        return Person(points, seen, record.style, record.style_frame)


def track_faces(
    clip: Clip,
    selection: Selection | None = None,
    *,
    every: int = 8,
    style_frame: int = 0,
    device: torch.device | str = "cpu",
    progress: Callable[[int, int], None] | None = None,
    show: Callable[[Frame, dict[int, Face]], None] | None = None,
    missing: Literal["stop", "pass through"] = "stop",
) -> Track:
    """The people of a clip (or a range of it), found and followed; options as in `FaceTracker`.

    `progress(done, total)` counts frames; the total is what the file says, as far as it does.
    `show(frame, faces)` gets every frame with the faces seen, by the person's number so far.
    Raises FaceNotFoundError when nobody is seen, unless `missing` is "pass through": then the track
    holds nobody, and editing the clip changes nothing.
    """
    if missing not in ("stop", "pass through"):
        raise StyleGANEXError(
            f'a clip without faces can "stop" or "pass through"; got {missing!r}.'
        )
    selection = replace(selection or Selection(), every=1, half=False)
    tracker = FaceTracker(clip.info, every=every, style_frame=style_frame, device=device)
    total = clip.info.frames - selection.start if clip.info.frames else 0
    if selection.count:
        total = min(total or selection.count, selection.count)
    for done, frame in enumerate(clip.read(selection), start=1):
        faces = tracker.add(frame)
        if show is not None:
            show(frame, faces)
        if progress is not None:
            progress(done, max(total, done))
    return tracker.finish(missing=missing)
