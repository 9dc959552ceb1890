"""A folder of aligned portraits of real people, with a list that says who is on each.

The folder holds `index.csv` with the columns name, person (a number), set and source_px_per_crop_px
(below 1 the picture was enlarged and is not sharp), and the pictures NAME.jpg, 320 px, in itself or
in `aligned`. People are held out by their number, so no photo of theirs is ever trained on.

Convention: placements (x, y, scale, roll) as in `portraits.people`; the aligned face is the central
256 px of a picture.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from styleganex_core.errors import StyleGANEXError, echo
from styleganex_core.images import load_image

from ...portraits import aligned_placement
from ...portraits.people import FULL_SIDE
from ..recipes.settings import Crops, DataSettings, Phase, expect
from . import Data, JointData, Rows, step_random

INDEX = "index.csv"
COLUMNS = ("name", "person", "set", "source_px_per_crop_px")
SIDE = 320  # px of the pictures
MARGIN = (SIDE - FULL_SIDE) // 2  # px around the aligned square
HELD_OUT_OF, HELD_OUT = 13, 11  # people whose number leaves 11 when divided by 13
BALANCE = 0.75  # a set's share grows with its size to this power, so small sets count more
SHARPNESS = (0.5, 1.3)  # least and most that a photo's sharpness counts
NUDGE, LARGEST_NUDGE = 6.0, 24  # px: standard deviation and end of the shift of unmoved faces
SMALLEST, LARGEST = 0.6, 1.35  # scales of moved faces
TURN, TURNED = 30.0, 0.7  # degrees; share of the moved faces that are turned
REACH = 0.2  # share of half a face square that any moved face may be off
GAIN, TINT = (0.85, 1.1), 0.05  # brightness and colour casts
# Which parts of a face count most, in px (x, y) of the aligned square.
FLOOR = 0.6  # of everything else
OVAL = ((128.0, 140.0), (64.0, 86.0), 1.4)  # centre, half axes, weight
EDGE = 6.0  # how steeply the oval ends
# Centre, standard deviation, weight: the eyes, the mouth, the nose.
FEATURES = (
    ((96.0, 120.0), (15.0, 9.0), 2.5),
    ((160.0, 120.0), (15.0, 9.0), 2.5),
    ((128.0, 186.0), (25.0, 13.0), 2.2),
    ((128.0, 158.0), (14.0, 12.0), 0.8),
)
FACE = 1.5  # px that weigh more belong to the face


@dataclass(frozen=True)
class Portrait:
    """One line of the list."""

    file: Path
    person: int
    kind: str
    sharpness: float

    @property
    def held_out(self) -> bool:
        """Whether the person is only measured on."""
        return self.person % HELD_OUT_OF == HELD_OUT


@dataclass(frozen=True)
class Photos:
    """`image` [B, 3, H, W] in -1..1, `weight` [B, H, W], `placement` [B, 4], `sharpness` [B] with
    a mean of about 1.
    """

    image: torch.Tensor
    weight: torch.Tensor
    placement: torch.Tensor
    sharpness: torch.Tensor

    def __len__(self) -> int:
        return len(self.image)

    def to(self, device: torch.device) -> Photos:
        """The same photos on a device."""
        return Photos(*(getattr(self, field.name).to(device) for field in fields(self)))


def read_index(folder: Path) -> list[Portrait]:
    """The portraits of a folder. Raises StyleGANEXError for a list or a picture that is missing."""
    path = folder / INDEX
    if not path.is_file():
        raise StyleGANEXError(
            f"{echo(folder, 300)} has no {INDEX}; pass --data with a folder of aligned portraits "
            f"of 320 px and a list of them with the columns {', '.join(COLUMNS)}."
        )
    pictures = folder / "aligned" if (folder / "aligned").is_dir() else folder
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if absent:
            raise StyleGANEXError(f"{path} lacks the column {', '.join(absent)}; add it.")
        portraits = [_read_line(row, pictures, path) for row in reader]
    for portrait in portraits:
        if not portrait.file.is_file():
            raise StyleGANEXError(
                f"{path} names {portrait.file.name}, which is not in {pictures}; take the line "
                "out, or put the picture there."
            )
    for name, kept in (("to train on", False), ("to measure on", True)):
        if not any(portrait.held_out == kept for portrait in portraits):
            raise StyleGANEXError(
                f"{path} has nobody {name}; people whose number divided by {HELD_OUT_OF} leaves "
                f"{HELD_OUT} are held out to measure on, all others are trained on."
            )
    return portraits


def _read_line(row: Mapping[str, str], pictures: Path, path: Path) -> Portrait:
    try:
        person, sharpness = int(row["person"]), float(row["source_px_per_crop_px"])
        if not math.isfinite(sharpness):
            raise ValueError("it is not a number")
    except (TypeError, ValueError) as error:
        raise StyleGANEXError(
            f"{path}: the line of {echo(row['name'])} needs whole numbers as person and a number "
            f"as source_px_per_crop_px ({echo(error, 100)}); correct it."
        ) from error
    name = row["name"]
    if Path(name).name != name:
        raise StyleGANEXError(f"{path}: {echo(name)} is not a plain file name; correct it.")
    return Portrait(pictures / f"{name}.jpg", person, row["set"], sharpness)


def read_portrait(portrait: Portrait) -> torch.Tensor:
    """The whole picture [3, 320, 320] in -1..1. Raises StyleGANEXError for another size."""
    image = load_image(portrait.file)[0]
    if image.shape != (3, SIDE, SIDE):
        raise StyleGANEXError(
            f"{portrait.file} is {image.shape[2]} x {image.shape[1]} px; aligned portraits are "
            f"{SIDE} x {SIDE} px: cut it again."
        )
    return image


def read_squares(portraits: Sequence[Portrait]) -> torch.Tensor:
    """The aligned squares [N, 3, 256, 256] in -1..1 of some portraits."""
    pictures = torch.stack([read_portrait(portrait) for portrait in portraits])
    return pictures[..., MARGIN:-MARGIN, MARGIN:-MARGIN]


def one_of_each(portraits: Sequence[Portrait], *, held_out: bool) -> list[Portrait]:
    """The first portrait of everybody who is held out, or of all others, by the person's number."""
    first = {one.person: one for one in reversed(portraits) if one.held_out == held_out}
    return [first[person] for person in sorted(first)]


def weigh_face_regions(side: int) -> torch.Tensor:
    """Weights [side, side] of a picture whose central 256 px are the aligned square."""
    places = torch.arange(float(side)) - (side - 256) / 2
    x, y = places[None], places[:, None]
    (centre_x, centre_y), (across, down), weight = OVAL
    inside = 1 - ((x - centre_x) / across) ** 2 - ((y - centre_y) / down) ** 2
    total = FLOOR + weight * torch.sigmoid(EDGE * inside)
    for (centre_x, centre_y), (across, down), weight in FEATURES:
        far = ((x - centre_x) / across) ** 2 + ((y - centre_y) / down) ** 2
        total = total + weight * torch.exp(-far / 2)
    return total


class AlignedPortraits:
    """Batches of photos: flipped, nudged, or moved, turned and scaled."""

    def __init__(self, folder: Path, settings: DataSettings) -> None:
        self.settings = settings
        portraits = read_index(folder)
        self.training = [portrait for portrait in portraits if not portrait.held_out]
        self.held_out = [portrait for portrait in portraits if portrait.held_out]
        sizes = Counter(portrait.kind for portrait in self.training)
        self.chance = torch.tensor(
            [sizes[portrait.kind] ** (BALANCE - 1) for portrait in self.training],
            dtype=torch.float64,
        )
        sharpness = torch.tensor([p.sharpness for p in self.training]).clamp(*SHARPNESS)
        mean = (sharpness * self.chance / self.chance.sum()).sum()
        self.sharpness = (sharpness / mean).float()
        self.weight = weigh_face_regions(SIDE)
        self.home = aligned_placement(1, FULL_SIDE, FULL_SIDE)[0]

    def begin(self, phase: Phase, number: int) -> None:
        """Nothing to do: pictures are read when they are drawn."""

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> Photos:
        """Photos, each set as often as `BALANCE` says; the same for the same seed and step."""
        random, side = step_random(seed, step), expect(phase.pictures, Crops).smallest
        index = torch.multinomial(self.chance, phase.batch, replacement=True, generator=random)
        images, weights, places = zip(
            *(self._draw_one(number, side, random) for number in index.tolist()), strict=True
        )
        low, high = GAIN
        gain = low + (high - low) * torch.rand(phase.batch, 1, 1, 1, generator=random)
        tint = TINT * (2 * torch.rand(phase.batch, 3, 1, 1, generator=random) - 1)
        image = ((torch.stack(images) + 1) * gain - 1 + tint).clamp(-1, 1)
        kept = rows(phase.batch)
        return Photos(
            image[kept],
            torch.stack(weights)[kept],
            torch.stack(places)[kept],
            self.sharpness[index][kept],
        )

    def _draw_one(
        self, number: int, side: int, random: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """A picture [3, side, side], its weights [side, side] and the face's placement [4]."""
        mirror, move, *where = torch.rand(7, generator=random).tolist()
        nudge = (NUDGE * torch.randn(2, generator=random)).clamp(-LARGEST_NUDGE, LARGEST_NUDGE)
        image = read_portrait(self.training[number])
        image = image.flip(2) if mirror < self.settings.mirror else image
        both = torch.cat([image, self.weight[None]])
        place = self.home.clone()
        place[:2] += (side - FULL_SIDE) / 2
        if move < self.settings.affine:
            place = _move(place, where)
            both = _warp_to(both, place, self.home + MARGIN, side)
        else:
            right, down = (int(length) for length in nudge)
            left, top = ((SIDE - side) // 2 + off for off in (right, down))
            both = both[:, top : top + side, left : left + side]
            place[:2] -= place.new_tensor([right, down])
        return both[:3], both[3], place

    def state(self) -> None:
        """None: the seed says all."""

    def resume(self, state: None) -> None:
        """Nothing to go on from."""


def _move(home: torch.Tensor, where: list[float]) -> torch.Tensor:
    """A placement anywhere about `home`, from five numbers in 0..1."""
    scale = SMALLEST * (LARGEST / SMALLEST) ** where[0]
    roll = TURN * (2 * where[1] - 1) if where[2] < TURNED else 0.0
    # Smaller and larger faces have more room; beyond its margin a photo is mirrored.
    reach = FULL_SIDE / 2 * max(0.25, abs(1 - scale) + REACH)
    off = home.new_tensor([reach * (2 * where[3] - 1), 0.8 * reach * (2 * where[4] - 1)])
    return torch.cat([home[:2] + off, home.new_tensor([scale, roll])])


def _warp_to(
    picture: torch.Tensor, place: torch.Tensor, source: torch.Tensor, side: int
) -> torch.Tensor:
    """A picture [C, H, W] whose face lies at `source` drawn with the face at `place`."""
    x, y, scale, roll = place.tolist()
    cosine, sine = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    places = torch.arange(float(side))
    column, row = places[None] - x, places[:, None] - y
    grid = torch.stack([
        (column * cosine - row * sine) / scale + source[0],
        (column * sine + row * cosine) / scale + source[1],
    ], dim=-1)  # fmt: skip
    grid = (grid + 0.5) * 2 / picture.shape[-1] - 1
    return F.grid_sample(picture[None], grid[None], padding_mode="reflection", align_corners=False)[
        0
    ]


class RealData(JointData):
    """Photos and pairs of renders, and the precision that was found to be fast when it began."""

    def __init__(self, sources: Mapping[str, Data], half: bool | None = None) -> None:
        """`half`: whether networks run in bfloat16; None: to be measured."""
        super().__init__(sources)
        self.half = half

    def state(self) -> dict[str, Any]:
        """That of every source, and the precision."""
        return {**super().state(), "half": self.half}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on with every source, in the same precision unless another is asked for."""
        super().resume(state)
        self.half = state["half"] if self.half is None else self.half
