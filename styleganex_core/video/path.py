"""From a track to steady crops: gaps bridged, jitter smoothed, every frame's crop of one size.

Convention: points are [N, 5, 2] in px of the full-size frame, as in `people`; smoothing is
symmetric in time, so nothing lags behind the face.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F

from ..crop import Face
from ..crop.align import EYE_DISTANCE, MULTIPLE, REACH
from ..crop.landmarks import face_from_points
from ..datatypes import FaceCrop
from ..errors import FaceNotFoundError, StyleGANEXError
from ..ranges import check_number
from .people import Person, Track, runs_of

WhenUnseen = Literal["pass through", "hold", "stop"]

BRIDGED = 0.5  # seconds without a face that are taken for a blink of the detector
FADE = 0.2  # seconds over which an edit comes and goes with its face
QUICK = 0.3  # eye distances by which strong smoothing may hold a quick face back
LIGHT = 0.25  # of the smoothing stays where a face is quicker than that


@dataclass(frozen=True)
class FacePath:
    """A person's faces, smoothed: `points` [N, 5, 2]; `share` [N] is 0 where nothing is edited.

    In between the edit fades in or out. `first` is the number of the first frame.
    """

    points: torch.Tensor
    share: torch.Tensor
    first: int
    size: tuple[int, int]
    extent: tuple[int, int]
    upright: bool

    def covers(self, index: int) -> bool:
        place = index - self.first
        return 0 <= place < len(self.share) and float(self.share[place]) > 0

    def share_at(self, index: int) -> float:
        return float(self.share[index - self.first])

    def face_at(self, index: int, size: tuple[int, int]) -> Face:
        """The face in a frame that comes at `size` (height, width) px."""
        return face_from_points(_rescale(self.points[index - self.first], self.size, size))

    def crop_at(self, index: int, size: tuple[int, int]) -> FaceCrop:
        """The crop in a frame that comes at `size`: eyes 64 px apart, as near to the crop's middle
        as the frame's edges let it."""
        face = self.face_at(index, size)
        scale = EYE_DISTANCE / max(face.eye_distance, 1.0)
        (x0, y0), (x1, y1) = face.points[:2]
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        angle = -math.radians(face.roll) if self.upright else 0.0
        if not self.upright:
            x = _keep_inside(x, self.extent[1] / scale, size[1])
            y = _keep_inside(y, self.extent[0] / scale, size[0])
        cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
        right, down = (self.extent[1] - 1) / 2, (self.extent[0] - 1) / 2
        matrix = (
            (cos, -sin, x - cos * right + sin * down),
            (sin, cos, y - sin * right - cos * down),
        )
        return FaceCrop(matrix, self.extent, size)


def plan_path(
    track: Track,
    person: int,
    *,
    missing: WhenUnseen = "pass through",
    smoothing: float = 0.2,
    upright: bool = False,
    reach: int = REACH,
) -> FacePath:
    """Where the person's crop lies in every tracked frame.

    `missing`: frames in which the face is not seen for longer than a blink are left as they are,
    go on being edited where it was ("hold"), or raise FaceNotFoundError ("stop").
    `smoothing`: seconds, the standard deviation of the Gaussian; 0 for none.
    """
    if missing not in ("pass through", "hold", "stop"):
        raise StyleGANEXError(
            f'a missing face can "pass through", "hold" or "stop"; got {missing!r}.'
        )
    check_number(smoothing, "smoothing", 0)
    check_number(reach, "reach", 1)
    rate = float(track.rate)
    who = track.people[person]
    shots = _shots(track)
    present = _bridge(who.seen, shots, round(BRIDGED * rate))
    if missing == "stop" and not present.all():
        frame = track.first + int((~present).nonzero()[0])
        raise FaceNotFoundError(
            f"the face of person {person} is not seen in frame {frame} ({frame / rate:.1f} s); "
            "choose 'pass through' or 'hold' for missing faces, or a range that always shows it."
        )
    if missing == "hold":
        present = _hold(present, shots)
    points = _fill(who, shots)
    for start, stop in shots:
        points[start:stop] = _smooth(points[start:stop], smoothing * rate)
    return FacePath(
        points=points,
        share=_fade(present, shots, FADE * rate),
        first=track.first,
        size=track.size,
        extent=_extent(points[present], track.size, reach),
        upright=upright,
    )


def _shots(track: Track) -> list[tuple[int, int]]:
    """First and one-past-last place of every shot."""
    starts = [0, *(cut - track.first for cut in track.cuts)]
    return list(zip(starts, [*starts[1:], track.count], strict=True))


def _bridge(seen: torch.Tensor, shots: list[tuple[int, int]], longest: int) -> torch.Tensor:
    """`seen` with gaps of up to `longest` frames closed, where the face returns in the shot."""
    closed = seen.clone()
    for start, stop in shots:
        runs = runs_of(seen[start:stop])
        for (_, gap), (back, _) in itertools.pairwise(runs):
            if back - gap <= longest:
                closed[start + gap : start + back] = True
        if runs and runs[0][0] <= longest // 2:  # an edge of the shot counts as half a gap
            closed[start : start + runs[0][0]] = True
        if runs and stop - start - runs[-1][1] <= longest // 2:
            closed[start + runs[-1][1] : stop] = True
    return closed


def _hold(present: torch.Tensor, shots: list[tuple[int, int]]) -> torch.Tensor:
    """From the first sighting in a shot on, always present."""
    held = present.clone()
    for start, stop in shots:
        runs = runs_of(present[start:stop])
        if runs:
            held[start + runs[0][0] : stop] = True
    return held


def _fill(person: Person, shots: list[tuple[int, int]]) -> torch.Tensor:
    """Points for every frame: straight lines through gaps, the nearest sighting at the ends."""
    points = person.points.double().clone()
    for start, stop in shots:
        places = person.seen[start:stop].nonzero()[:, 0]
        if not len(places):
            continue
        known = points[start:stop][places]
        here = torch.arange(stop - start)
        after = torch.searchsorted(places, here).clamp(max=len(places) - 1)
        before = (after - (places[after] > here).long()).clamp(min=0)
        span = (places[after] - places[before]).clamp(min=1)
        along = ((here - places[before]).double() / span).clamp(0, 1)[:, None, None]
        points[start:stop] = torch.lerp(known[before], known[after], along)
    return points


def _smooth(points: torch.Tensor, deviation: float) -> torch.Tensor:
    """[n, 5, 2] through a Gaussian of `deviation` frames, a lighter one where the face is quick."""
    if deviation <= 0 or len(points) < 2:
        return points
    strong = _blur(points, deviation)
    light = _blur(points, LIGHT * deviation)
    eyes = (strong[:, 1] - strong[:, 0]).norm(dim=1).clamp(min=1)
    off = (strong - light).mean(dim=1).norm(dim=1) / eyes
    share = (off / QUICK).clamp(0, 1)
    share = share * share * (3 - 2 * share)
    return torch.lerp(strong, light, share[:, None, None])


def _blur(points: torch.Tensor, deviation: float) -> torch.Tensor:
    """A Gaussian along the frames; the ends go on as they came, so that motion is not bent."""
    radius = min(max(1, math.ceil(3 * deviation)), len(points) - 1)
    steps = torch.arange(-radius, radius + 1, dtype=points.dtype)
    kernel = torch.exp(-0.5 * (steps / max(deviation, 1e-3)) ** 2)
    kernel = kernel / kernel.sum()
    before = 2 * points[:1] - points[1 : radius + 1].flip(0)
    after = 2 * points[-1:] - points[-radius - 1 : -1].flip(0)
    series = torch.cat([before, points, after]).flatten(1).T[:, None]  # [10, 1, n + 2 r]
    return F.conv1d(series, kernel[None, None])[:, 0].T.reshape(points.shape)


def _fade(present: torch.Tensor, shots: list[tuple[int, int]], frames: float) -> torch.Tensor:
    """How much of the edit is shown: it fades where a face comes or goes within a shot."""
    share = present.float()
    for start, stop in shots:
        for first, last in runs_of(present[start:stop]):
            here = torch.arange(last - first, dtype=torch.float32)
            rise = torch.ones(last - first)
            if first > 0:
                rise = torch.minimum(rise, (here + 1) / (frames + 1))
            if last < stop - start:
                rise = torch.minimum(rise, (last - first - here) / (frames + 1))
            share[start + first : start + last] = rise
    return share


def _extent(points: torch.Tensor, size: tuple[int, int], reach: int) -> tuple[int, int]:
    """One crop size for all frames: 2 `reach` px, or all that the frame ever has at that scale."""
    if not len(points):
        return (MULTIPLE, MULTIPLE)
    eyes = (points[:, 1] - points[:, 0]).norm(dim=1).clamp(min=1)
    scale = EYE_DISTANCE / float(eyes.min())  # where the face is smallest the frame is largest
    return tuple(
        max(MULTIPLE, min(2 * reach, math.floor(side * scale)) // MULTIPLE * MULTIPLE)
        for side in size
    )  # type: ignore[return-value]


def _keep_inside(centre: float, length: float, side: int) -> float:
    """The middle of a stretch of `length` px moved so that it lies within 0..side, if it fits."""
    if length >= side:
        return side / 2 - 0.5
    return min(max(centre, length / 2 - 0.5), side - length / 2 - 0.5)


def _rescale(
    points: torch.Tensor, size: tuple[int, int], to: tuple[int, int]
) -> list[tuple[float, float]]:
    ratio = points.new_tensor([to[1] / size[1], to[0] / size[0]])
    return [tuple(point) for point in ((points + 0.5) * ratio - 0.5).tolist()]
