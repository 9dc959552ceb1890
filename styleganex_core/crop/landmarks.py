"""Where the faces of a picture are: five points each, found by MTCNN or typed by hand.

Convention: (x, y) px of the original picture, the origin at the centre of its top-left px; "left"
is the picture's left, so the left eye of an upright face is the person's right one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import torch

from ..errors import FaceNotFoundError, ShapeError, StyleGANEXError
from ..networks.mtcnn import FaceDetector, load_face_detector
from ..warp import apply, compose, map_points, resize_matrix, warp
from .cascade import MIRRORED, Detections, run_cascade, straighten

Point = tuple[float, float]
Order = Literal["largest", "left to right", "all"]

SMALLEST_FACE = 20.0  # px wide: MTCNN's own limit for dependable points
LARGEST_SIDE = 1600  # px of the picture that is searched; keeps a large photo within seconds
SURE = 0.9  # lowest score, in both looks, of something that is taken for a face
TURNS = (-30.0, 30.0)  # degrees by which the picture is turned when no face is found upright
LYING = (90.0, -90.0, 180.0)  # then these: photos that have lost their orientation tag
LEANING = 60.0  # degrees off upright beyond which a face found in a turned picture is a mistake
# Points of MediaPipe's mesh whose mean each of the five is: the corners and lids of both eyes, the
# tip of the nose, the corners of the mouth.
MESH_POINTS = [[33, 133, 159, 145], [362, 263, 386, 374], [1], [61], [291]]
NUMBERS = "typed points are five 'x,y' pairs in px, separated by ';'"


@dataclass(frozen=True)
class Face:
    """One face: `points` are left eye, right eye (centres), nose, left and right mouth corner.

    `box` is (left, top, right, bottom); `score` says how sure the detector is, 0..1.
    """

    points: tuple[Point, Point, Point, Point, Point]
    box: tuple[float, float, float, float]
    score: float = 1.0

    @property
    def eye_distance(self) -> float:
        """px between the eyes, however the head is turned."""
        return math.dist(self.points[0], self.points[1])

    @property
    def roll(self) -> float:
        """Degrees by which the head is turned counter-clockwise; 0 for level eyes."""
        (x0, y0), (x1, y1) = self.points[:2]
        return -math.degrees(math.atan2(y1 - y0, x1 - x0))

    @property
    def size(self) -> float:
        """px: the square root of the box's area."""
        left, top, right, bottom = self.box
        return math.sqrt(max(right - left, 0) * max(bottom - top, 0))


@torch.no_grad()
def find_faces(
    image: torch.Tensor, *, detector: FaceDetector | None = None, lying: bool = True
) -> list[Face]:
    """The faces of one picture [1, 3, H, W] in -1..1, from left to right; none gives [].

    Faces from about 20 px wide, and at least 1/80 of the picture's longer side, are found. When
    there is none, the picture is searched again turned by 30 degrees each way and, unless `lying`
    is off, on its sides and its head; the roll of what is found says which. A clip is faster with
    one `detector` (`load_face_detector()`) for all its frames.
    """
    if image.ndim != 4 or image.shape[:2] != (1, 3):
        raise ShapeError(
            f"find_faces takes one picture [1, 3, H, W]; got {list(image.shape)}. "
            "Give it the pictures of a batch one by one."
        )
    detector = detector or load_face_detector(image.device)
    full = (image.shape[-2], image.shape[-1])
    shrink = max(1.0, max(full) / LARGEST_SIDE)
    size = (max(1, round(full[0] / shrink)), max(1, round(full[1] / shrink)))
    to_full = resize_matrix(size, full)
    small = image.float() if size == full else warp(image, to_full, size)

    found = _search(detector, small)
    if lying:
        found = _drop_headstands(detector, small, found)
    for turn in (*TURNS, *(LYING if lying else ())):
        if not len(found):
            found = _keep_upright(_search(detector, small, turn), turn)
            found = _drop_headstands(detector, small, found) if lying else found
    faces = [
        _as_face(points, box, score, to_full)
        for points, box, score in zip(
            found.points.tolist(), found.boxes.tolist(), found.scores.tolist(), strict=True
        )
    ]
    return sort_faces(faces)


def sort_faces(faces: list[Face]) -> list[Face]:
    """The faces from left to right; those one above the other from top to bottom."""
    return sorted(faces, key=lambda face: (face.box[0], face.box[1], face.points))


def select_faces(faces: list[Face], which: Order = "largest", index: int = 0) -> list[Face]:
    """The chosen one, or all from left to right.

    `index` counts from 0 in the order `which`; it plays no part for "all". Raises
    FaceNotFoundError when there is no such face.
    """
    if not faces:
        raise FaceNotFoundError(
            "no face was found in the picture; try a picture where both eyes can be seen and the "
            "face is at least 20 px wide, or type its five points by hand."
        )
    if which == "all":
        return sort_faces(faces)
    if which not in ("largest", "left to right"):
        raise StyleGANEXError(f'which face is "largest", "left to right" or "all"; got {which!r}.')
    ordered = sort_faces(faces)
    if which == "largest":
        ordered = sorted(ordered, key=lambda face: -face.size)
    if not 0 <= index < len(ordered):
        raise FaceNotFoundError(
            f"there is no face {index}: the picture has {len(ordered)}, counted from 0; "
            f"choose 0 to {len(ordered) - 1}."
        )
    return [ordered[index]]


def parse_points(text: str) -> list[Face]:
    """Faces from typed points: "x,y; x,y; x,y; x,y; x,y", one face per line.

    The order is left eye, right eye, nose, left and right corner of the mouth.

    >>> parse_points("10,10; 20,10; 15,16; 11,20; 19,20")[0].eye_distance
    10.0
    """
    faces = [_parse_face(line) for line in text.splitlines() if line.strip()]
    if not faces:
        raise StyleGANEXError(f"{NUMBERS}; got nothing.")
    return faces


def _parse_face(line: str) -> Face:
    pairs = [pair for pair in line.split(";") if pair.strip()]
    try:
        points = [tuple(float(number) for number in pair.split(",")) for pair in pairs]
    except ValueError:
        raise StyleGANEXError(f"{NUMBERS}; {line.strip()!r} holds something else.") from None
    if len(points) != 5 or any(len(point) != 2 for point in points):
        raise StyleGANEXError(
            f"{NUMBERS} (left eye, right eye, nose, left and right mouth corner); "
            f"{line.strip()!r} holds {len(points)} entries."
        )
    if not all(math.isfinite(number) for point in points for number in point):
        raise StyleGANEXError(f"{NUMBERS}; {line.strip()!r} is not all finite numbers.")
    return face_from_points(points)  # type: ignore[arg-type]


def face_from_mesh(points: torch.Tensor, score: float = 1.0) -> Face:
    """The five points of a MediaPipe face mesh of 468 or 478 points, [N, 2] in px."""
    if points.ndim != 2 or len(points) < 468 or points.shape[1] < 2:
        raise ShapeError(
            f"a face mesh has at least 468 points (x, y); got {list(points.shape)}. "
            "Take the landmarks from ComfyUI's MediaPipe node, or type five points."
        )
    five = [tuple(points[rows, :2].double().mean(dim=0).tolist()) for rows in MESH_POINTS]
    return replace(face_from_points(five), score=score)  # type: ignore[arg-type]


def face_from_points(points: list[Point]) -> Face:
    """A face of five points, with the box that such points usually have."""
    xs, ys = zip(*points, strict=True)
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    # MTCNN's boxes are about twice as wide and 2.6 times as high as its points reach.
    half = max(max(xs) - min(xs), max(ys) - min(ys), 1.0)
    box = (middle[0] - half, middle[1] - 1.3 * half, middle[0] + half, middle[1] + 1.3 * half)
    return Face(points=tuple(points), box=box)  # type: ignore[arg-type]


def _search(detector: FaceDetector, image: torch.Tensor, turn: float = 0.0) -> Detections:
    """Faces of the picture when it is turned by `turn` degrees counter-clockwise."""
    height, width = image.shape[-2:]
    smallest = max(SMALLEST_FACE, max(height, width) / 80)
    if not turn:
        found = run_cascade(detector, image, smallest)
        back = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    else:
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        size = (
            math.ceil(abs(sin) * width + abs(cos) * height),
            math.ceil(abs(cos) * width + abs(sin) * height),
        )
        # From the turned picture to the picture: about the centres of both.
        about = ((cos, -sin, width / 2 - 0.5), (sin, cos, height / 2 - 0.5))
        back = compose(about, ((1, 0, 0.5 - size[1] / 2), (0, 1, 0.5 - size[0] / 2)))
        turned = warp(image, back, size, outside="zeros", kernel="bilinear")
        found = run_cascade(detector, turned, smallest)
        # Positions in the cascade count from the outer edge, those of a matrix from px centres.
        back = compose(((1, 0, 0.5), (0, 1, 0.5)), compose(back, ((1, 0, -0.5), (0, 1, -0.5))))
        found = _move(found, back)
    again = straighten(detector, image, found)
    scores = torch.minimum(found.scores, again.scores)
    sure = scores > SURE
    return Detections(again.boxes[sure], again.points[sure], scores[sure])


def _drop_headstands(detector: FaceDetector, image: torch.Tensor, found: Detections) -> Detections:
    """Whatever scores higher as it is than upside down, where a mouth can pass for eyes."""
    swapped = Detections(found.boxes, found.points[:, MIRRORED], found.scores)
    kept = found.scores >= straighten(detector, image, swapped).scores
    return Detections(found.boxes[kept], found.points[kept], found.scores[kept])


def _keep_upright(found: Detections, turn: float) -> Detections:
    """What stands about upright in the picture turned by `turn` degrees."""
    eyes = found.points[:, 1] - found.points[:, 0]
    rolls = torch.rad2deg(-torch.atan2(eyes[:, 1], eyes[:, 0])) + turn
    kept = ((rolls + 180) % 360 - 180).abs() <= LEANING
    return Detections(found.boxes[kept], found.points[kept], found.scores[kept])


def _move(found: Detections, matrix: tuple[tuple[float, float, float], ...]) -> Detections:
    """Detections in another frame; boxes stay upright and keep their size."""
    centres = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    half = (found.boxes[:, 2:] - found.boxes[:, :2]) / 2
    centres, points = map_points(centres, matrix), map_points(found.points, matrix)
    return Detections(torch.cat([centres - half, centres + half], dim=1), points, found.scores)


def _as_face(points: list[Point], box: list[float], score: float, to_full) -> Face:
    from_edge = compose(to_full, ((1, 0, -0.5), (0, 1, -0.5)))
    left, top = apply(from_edge, box[0], box[1])
    right, bottom = apply(from_edge, box[2], box[3])
    placed = tuple(apply(from_edge, x, y) for x, y in points)
    return Face(points=placed, box=(left, top, right, bottom), score=score)  # type: ignore[arg-type]
