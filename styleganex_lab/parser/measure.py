"""How well a parser labels people it has never seen: rendered ones, whose truth is known, and real
ones, against the maps of `label_photos` and against 68 points from a network that had no part in
those maps.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from styleganex_core.readers import FaceReaders
from styleganex_core.tasks import FACE_CLASSES

from ..portraits import canvas
from ..portraits.people import from_levels
from .data import CLASSES, Labelled, read_labels
from .label_photos import GROWN, MARGIN

BATCH = 8
# Which of the 68 points lie around each part, and the classes that make it up.
PARTS = {
    "right eye": (range(36, 42), (canvas.R_EYE,)),
    "left eye": (range(42, 48), (canvas.L_EYE,)),
    "mouth": (range(48, 60), (canvas.MOUTH, canvas.U_LIP, canvas.L_LIP)),
}
EYES = (PARTS["right eye"][0], PARTS["left eye"][0])


def measure_parser(parser: nn.Module, real: Labelled, rendered: Labelled) -> dict[str, float]:
    """The mean over classes of intersection by union, on real people and on rendered ones."""
    return {
        "real": mean_overlap(overlaps(parser, real)),
        "rendered": mean_overlap(overlaps(parser, rendered)),
    }


@torch.inference_mode()
def overlaps(parser: nn.Module, data: Labelled) -> dict[str, float]:
    """Intersection by union of each class that the maps hold, by its name.

    Px that are unknown do not count; glasses where a map only says what is under them are right.
    """
    both, either = torch.zeros(CLASSES), torch.zeros(CLASSES)
    for pictures, maps in _in_batches(data):
        found = parse(parser, pictures)
        right, open_to_glasses = read_labels(maps)
        right = torch.where((found == canvas.GLASSES) & open_to_glasses, found, right)
        known = right < CLASSES
        for number in range(CLASSES):
            here, there = (found == number) & known, (right == number) & known
            both[number] += (here & there).sum()
            either[number] += (here | there).sum()
    return {
        name: float(both[number] / either[number])
        for number, name in enumerate(FACE_CLASSES)
        if either[number] > 0
    }


def mean_overlap(of_classes: dict[str, float]) -> float:
    """The mean over classes."""
    return sum(of_classes.values()) / max(1, len(of_classes))


@torch.inference_mode()
def measure_places(parser: nn.Module, readers: FaceReaders, data: Labelled) -> dict[str, float]:
    """How far the middle of each part lies from that of its points, in per cent of the distance
    between the eyes: the median over real portraits, and the share of them where it was found.
    """
    distances: dict[str, list[float]] = {name: [] for name in PARTS}
    found_in = dict.fromkeys(PARTS, 0)
    for pictures, _ in _in_batches(data):
        labels = parse(parser, pictures)
        points = readers.read_points68(pictures, grown=GROWN) + MARGIN
        for one, marks in zip(labels, points, strict=True):
            eyes = [marks[list(eye)].mean(dim=0) for eye in EYES]
            apart = float((eyes[1] - eyes[0]).norm())
            for name, (around, classes) in PARTS.items():
                places = torch.isin(one, torch.tensor(classes)).nonzero().float()
                if not len(places):
                    continue
                found_in[name] += 1
                box = marks[list(around)]
                middle = (box.amin(dim=0) + box.amax(dim=0)) / 2
                seen = (places.amin(dim=0) + places.amax(dim=0)).flip(0) / 2
                distances[name].append(100 * float((middle - seen).norm()) / apart)
    figures = {}
    for name, values in distances.items():
        figures[f"{name} found"] = found_in[name] / len(data)
        figures[f"{name} off"] = float(torch.tensor(values or [torch.inf]).median())
    return figures


def parse(parser: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """The class of each px, uint8 [B, H, W]."""
    parser.eval()
    return parser(pictures).argmax(dim=1).to(torch.uint8)


def _in_batches(data: Labelled) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for start in range(0, len(data), BATCH):
        rows = slice(start, start + BATCH)
        yield from_levels(torch.stack(data.pictures[rows])), torch.stack(data.maps[rows])
