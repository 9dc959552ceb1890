"""Small networks that read attributes, landmarks and labels back from a picture.

They were trained on renders only (`train_readers`), with blur, noise and coarse quantisation, so
that a generator's soft pictures read without bias. What they read of a rendered person is what can
be seen: beards, say, begin at 0 (`VISIBLE`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import nn

from styleganex_core.errors import CheckpointError, ShapeError
from styleganex_core.warp import warp

from ..portraits import ATTRIBUTES

FILE = Path(__file__).with_name("readers.safetensors")
FORMAT = "styleganex readers"
FACE_SIDE = 128  # px of the aligned face that attributes are read from
SCENE_SHRINK = 2  # landmarks and labels are read from the picture at half size
NETWORKS = ("attributes", "details", "scenes")
CLASSES = 19
POINTS = 5
ATTRIBUTE_WIDTHS = (16, 32, 64, 80, 96)
DETAIL_WIDTHS = (16, 24, 32, 40, 48)
SCENE_WIDTHS = (16, 24, 40, 64)

# What is read from a closer view, and where the point between the eyes lies in each view: x, y in
# px, scale and roll as in a placement. The close one holds eyes and mouth at twice the size.
DETAILS = ("smile", "mouth_open", "eyes_open", "gaze_x", "gaze_y", "eye_colour")
FACE_VIEW = (63.5, 60.94, 0.5, 0.0)
DETAIL_VIEW = (63.5, 33.5, 1.0, 0.0)

# The range over which an attribute shows; beyond it the renderer draws no difference.
VISIBLE: dict[str, tuple[float, float]] = {
    "mouth_open": (-0.35, 1.0),
    "age": (0.0, 1.0),
    "hair_length": (-0.55, 1.0),
    "hair_red": (-0.2, 1.0),
    "fringe": (-0.3, 1.0),
    "beard": (0.0, 0.75),
    "glasses": (0.0, 0.35),
}


def visible_part(attributes: torch.Tensor) -> torch.Tensor:
    """Attributes [B, A] clipped to the range over which each shows; what the reader answers."""
    low, high = torch.tensor([VISIBLE.get(name, (-1.0, 1.0)) for name in ATTRIBUTES]).unbind(1)
    return torch.minimum(torch.maximum(attributes, low), high)


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class AttributeReader(nn.Module):
    """Views of faces [B, 3, 128, 128] to `count` visible attributes [B, count]."""

    def __init__(
        self, widths: Sequence[int] = ATTRIBUTE_WIDTHS, count: int = len(ATTRIBUTES)
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for index, width in enumerate(widths):
            layers.append(_conv(inputs, width, 2))
            if 0 < index < 4:
                layers.append(_conv(width, width))
            inputs = width
        self.body = nn.Sequential(*layers)
        side = FACE_SIDE >> len(widths)
        self.head = nn.Linear(inputs * side * side, count)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(face).flatten(1))


class SceneReader(nn.Module):
    """Pictures [B, 3, H, W] (half size, sides divisible by 16) to class scores
    [B, 19, H, W] and heat maps of the landmarks [B, 5, H / 2, W / 2].
    """

    def __init__(self, widths: Sequence[int] = SCENE_WIDTHS) -> None:
        super().__init__()
        a, b, c, d = widths
        self.down = nn.ModuleList([
            nn.Sequential(_conv(3, a, 2), _conv(a, a)),
            nn.Sequential(_conv(a, b, 2), _conv(b, b)),
            nn.Sequential(_conv(b, c, 2), _conv(c, c)),
            nn.Sequential(_conv(c, d, 2), _conv(d, d)),
        ])  # fmt: skip
        self.up = nn.ModuleList([_conv(d + c, c), _conv(c + b, b), _conv(b + a, b)])
        self.head = nn.Conv2d(b, 4 * CLASSES + POINTS, 1)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        kept = []
        x = image
        for block in self.down:
            x = block(x)
            kept.append(x)
        for block, skip in zip(self.up, reversed(kept[:-1]), strict=True):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = block(torch.cat([x, skip], dim=1))
        out = self.head(x)
        return F.pixel_shuffle(out[:, : 4 * CLASSES], 2), out[:, 4 * CLASSES :]


@dataclass(frozen=True)
class Readers:
    """The networks and what their file says of them: `attributes` reads the whole face, `details`
    eyes and mouth, `scenes` the picture.
    """

    attributes: AttributeReader
    details: AttributeReader
    scenes: SceneReader
    metadata: dict[str, str]

    @property
    def figures(self) -> dict[str, Any]:
        """How well they read held-out renders, as measured when they were trained."""
        return json.loads(self.metadata.get("figures", "{}"))


def load_readers(path: str | Path = FILE) -> Readers:
    """The readers in a file, the bundled ones by default.

    Raises CheckpointError when it is missing or of another kind.
    """
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(
            f"there are no readers at {path}; make them with "
            "python -m styleganex_lab.evaluation.train_readers."
        )
    try:
        with safe_open(path, "pt") as opened:
            metadata = dict(opened.metadata() or {})
            tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
    except Exception as error:  # the safetensors library raises its own kind, undocumented
        raise CheckpointError(f"{path.name} is not a safetensors file: {error}.") from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(
            f'{path.name} holds "{metadata.get("format")}", expected "{FORMAT}"; train readers '
            "with python -m styleganex_lab.evaluation.train_readers."
        )
    config = json.loads(metadata.get("config", "{}"))
    widths = [config.get(f"{name}_widths") for name in ("attribute", "detail", "scene")]
    if None in widths:
        raise CheckpointError(f"{path.name} has an older format; train the readers again.")
    readers = Readers(
        AttributeReader(widths[0]),
        AttributeReader(widths[1], len(DETAILS)),
        SceneReader(widths[2]),
        metadata,
    )
    for name in NETWORKS:
        network: nn.Module = getattr(readers, name)
        own = {
            k[len(name) + 1 :]: t.float() for k, t in tensors.items() if k.startswith(f"{name}.")
        }
        network.load_state_dict(own, strict=True)
        network.eval().requires_grad_(False)
    return readers


def cut_faces(
    image: torch.Tensor, placement: torch.Tensor, view: tuple[float, float, float, float]
) -> torch.Tensor:
    """Views [B, 3, 128, 128] of the faces at `placement` [B, 4] in pictures [B, 3, H, W]."""
    left, top, size, _ = view
    faces = []
    for picture, place in zip(image, placement, strict=True):
        x, y, scale, roll = place.double()
        cos, sin = (part * scale / size for part in (roll.deg2rad().cos(), roll.deg2rad().sin()))
        rows = [[cos, sin, x], [-sin, cos, y]]
        matrix = [(float(a), float(b), float(c - a * left - b * top)) for a, b, c in rows]
        faces.append(warp(picture[None], matrix, (FACE_SIDE, FACE_SIDE), outside="border"))
    return torch.cat(faces)


@torch.no_grad()
def read_attributes(readers: Readers, image: torch.Tensor, placement: torch.Tensor) -> torch.Tensor:
    """The visible attributes [B, A] of the faces at `placement` [B, 4] (see `render_portraits`).

    `image` [B, 3, H, W] in -1..1.
    """
    if len(image) != len(placement):
        raise ShapeError(f"{len(image)} pictures need as many placements; got {len(placement)}.")
    image = image.clamp(-1, 1)
    read = readers.attributes(cut_faces(image, placement, FACE_VIEW))
    read[:, [ATTRIBUTES.index(name) for name in DETAILS]] = readers.details(
        cut_faces(image, placement, DETAIL_VIEW)
    )
    return read


@torch.no_grad()
def read_scene(readers: Readers, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The landmarks [B, 5, 2] in px and the label maps [B, H, W] of pictures.

    `image` [B, 3, H, W] in -1..1 with one face each and sides divisible by 32.
    """
    if image.shape[-1] % 32 or image.shape[-2] % 32:
        raise ShapeError(f"sides must be divisible by 32; got {list(image.shape[-2:])}.")
    scores, heat = readers.scenes(F.avg_pool2d(image.clamp(-1, 1), SCENE_SHRINK))
    scores = F.interpolate(scores, scale_factor=SCENE_SHRINK, mode="bilinear")
    return locate_points(heat) * 4 + 1.5, scores.argmax(dim=1).to(torch.uint8)


def locate_points(heat: torch.Tensor) -> torch.Tensor:
    """The centres of mass (x, y) [B, 5, 2] of heat maps [B, 5, h, w], in their own px."""
    weight = heat.flatten(2).softmax(dim=2).unflatten(2, heat.shape[-2:])
    x = (weight.sum(dim=2) * torch.arange(heat.shape[-1])).sum(dim=2)
    y = (weight.sum(dim=3) * torch.arange(heat.shape[-2])).sum(dim=2)
    return torch.stack([x, y], dim=2)
