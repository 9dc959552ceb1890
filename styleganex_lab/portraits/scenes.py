"""Scenes: one or more people anywhere in a picture, before any backdrop, with their truth.

Convention: person 0 is the main one and stands in front; a placement is (x, y, scale, roll) in px
of the whole picture, see `render_portraits`. Left and right are the picture's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from styleganex_core.crop import Face, cut_style
from styleganex_core.errors import ShapeError, StyleGANEXError

from .attributes import ATTRIBUTES, describe_people, sample_attributes
from .backdrops import BACKDROPS, paint_backdrop
from .canvas import Canvas
from .extras import EXTRAS, describe_extras
from .figure import View, locate_landmarks, paint_figure
from .render import chunk_size, find_style, place_units
from .styles import Style, finish
from .wall import DRAWS

SMALLEST, LARGEST = 0.22, 0.60  # head widths (2 units) per the picture's smaller side
TURN = 35.0  # degrees, the largest roll of most people
WORN = {"hat": 0.25, "earrings": 0.35, "necklace": 0.35}  # shares of people
SHARED = ("light_side", "light_warmth", "background_light", "background_warmth")
HEAD_PX = 2 * 64 / 0.84  # px of a head's width at scale 1
UNKNOWN = 255  # a label that no class has


@dataclass(frozen=True)
class Scenes:
    """What B pictures of up to P people show.

    `size` (height, width) px; `attributes` [B, P, A]; `placement` [B, P, 4]; `present` [B, P]
    bool; `extras` [B, P, E], see `EXTRAS`; `backdrop` [B, 1 + D]: a place in `BACKDROPS` and the
    random numbers that shape it.
    """

    size: tuple[int, int]
    attributes: torch.Tensor
    placement: torch.Tensor
    present: torch.Tensor
    extras: torch.Tensor
    backdrop: torch.Tensor

    def __post_init__(self) -> None:
        batch, people = self.attributes.shape[:2]
        expected = {
            "attributes": (batch, people, len(ATTRIBUTES)),
            "placement": (batch, people, 4),
            "present": (batch, people),
            "extras": (batch, people, len(EXTRAS)),
            "backdrop": (batch, 1 + DRAWS),
        }
        for name, shape in expected.items():
            came = getattr(self, name)
            if came.shape != shape:
                raise ShapeError(f"{name} of scenes must be {list(shape)}; got {list(came.shape)}.")

    def __len__(self) -> int:
        return len(self.attributes)

    def __getitem__(self, rows: int | slice | torch.Tensor) -> Scenes:
        """Some of the scenes; one of them is a batch of one."""
        rows = slice(rows, rows + 1 or None) if isinstance(rows, int) else rows
        return replace(self, **{name: tensor[rows] for name, tensor in self._tensors().items()})

    def to(self, device: torch.device | str) -> Scenes:
        """The same scenes on a device, where they are then rendered."""
        return replace(
            self, **{name: tensor.to(device) for name, tensor in self._tensors().items()}
        )

    def _tensors(self) -> dict[str, torch.Tensor]:
        names = ("attributes", "placement", "present", "extras", "backdrop")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class RenderedScenes:
    """Pictures of scenes with their truth.

    `image` [B, 3, H, W] in -1..1; `labels` [B, H, W] uint8, CelebAMask-HQ classes; `owner`
    [B, H, W] uint8: 0 where nobody is, i + 1 where person i is; `landmarks` [B, P, 5, 2] px (x,
    y) as of `Portraits`; `visible` [B, P] bool: present, with all five landmarks in the picture
    and hidden by nobody.
    """

    scenes: Scenes
    image: torch.Tensor
    labels: torch.Tensor
    owner: torch.Tensor
    landmarks: torch.Tensor
    visible: torch.Tensor

    def aligned(self, picture: int, person: int = 0) -> torch.Tensor:
        """The FFHQ-aligned crop [1, 3, 256, 256] of a person, as a style is read from it."""
        points = self.landmarks[picture, person]
        (left, top), (right, bottom) = points.amin(dim=0).tolist(), points.amax(dim=0).tolist()
        five = tuple((x, y) for x, y in points.tolist())
        face = Face(five, (left, top, right, bottom))  # type: ignore[arg-type]
        return cut_style(self.image[picture : picture + 1], face)


def sample_scenes(
    count: int,
    seed: int,
    *,
    size: int | tuple[int, int] = 256,
    people: int = 2,
    at_least: int = 1,
    backdrops: Sequence[str] | None = None,
) -> Scenes:
    """Random scenes of `at_least` to `people` people, evenly spread over looks and backdrops.

    `size`: a side or (height, width) px. `backdrops`: names of those to choose from, all by
    default. Every person's attributes come from one even spread, so that every skin tone and age
    has its fair share; people of a picture share its light.
    """
    height, width = (size, size) if isinstance(size, int) else size
    names = list(BACKDROPS)
    for name in backdrops or ():
        if name not in BACKDROPS:
            raise StyleGANEXError(f"backdrops are {', '.join(BACKDROPS)}; got {name!r}.")
    if count < 1 or not 1 <= at_least <= people:
        raise StyleGANEXError(
            "scenes need at least one picture and person, and no more than `people`; "
            f"got {count} pictures of {at_least} to {people} people."
        )
    generator = torch.Generator().manual_seed(seed)
    attributes = sample_attributes(count * people, seed).unflatten(0, (count, people)).clone()
    for name in SHARED:
        index = ATTRIBUTES.index(name)
        attributes[:, :, index] = attributes[:, :1, index]
    number = torch.randint(at_least, people + 1, (count,), generator=generator)
    chosen = torch.tensor([names.index(name) for name in backdrops or names])
    chosen = chosen[torch.randperm(len(chosen), generator=generator)]
    kinds = chosen[torch.randperm(count, generator=generator) % len(chosen)]
    numbers = torch.rand(count, DRAWS, generator=generator)
    extras = torch.rand(count, people, len(EXTRAS), generator=generator) * 2 - 1
    for name, share in WORN.items():
        index = EXTRAS.index(name)
        draw = (extras[..., index] + 1) / 2
        extras[..., index] = (1 - draw / share).clamp_min(-1)  # above 0 for that share of people
    return Scenes(
        (height, width),
        attributes,
        _place_people(number, people, (height, width), generator),
        torch.arange(people) < number[:, None],
        extras,
        torch.cat([kinds[:, None].float(), numbers], dim=1),
    )


def _place_people(
    number: torch.Tensor, people: int, size: tuple[int, int], generator: torch.Generator
) -> torch.Tensor:
    """Placements [B, P, 4]: side by side in a random order, those behind a little smaller."""
    height, width = size
    draw = torch.rand(len(number), people, 5, generator=generator)
    head = SMALLEST * (LARGEST / SMALLEST) ** draw[:, :1, 0]  # of the main person
    head = head.expand(-1, people) / number[:, None] ** 0.5
    head = head * (1 - 0.3 * draw[:, :, 1] * (torch.arange(people) > 0))
    head_px = head * min(height, width)
    # Each has an equal share of the width; within it the head keeps to the picture.
    share = width / number[:, None]
    slot = torch.rand(len(number), people, generator=generator).argsort(dim=1)
    rank = (slot[:, :, None] > slot[:, None, :]) & (torch.arange(people) < number[:, None])[:, None]
    place = rank.sum(dim=2)
    free_x = (share - 0.9 * head_px).clamp_min(0)
    x = place * share + 0.45 * head_px + draw[:, :, 2] * free_x
    free_y = (height - 1.5 * head_px).clamp_min(0)
    y = 0.75 * head_px + draw[:, :, 3] ** 1.5 * 0.8 * free_y
    # Most people hold their head upright, some lean far.
    lean = draw[:, :, 4] * 2 - 1
    return torch.stack([x, y, head_px / HEAD_PX, TURN * lean * lean.abs()], dim=2)


def render_scenes(scenes: Scenes, *, style: str = "photo") -> RenderedScenes:
    """The pictures of scenes with their truth, drawn in `style` on the device of the scenes."""
    drawn = find_style(style)
    chunk = chunk_size(*scenes.size, scenes.attributes.device)
    parts = [
        _render_chunk(scenes[start : start + chunk], drawn)
        for start in range(0, len(scenes), chunk)
    ]
    planes = [torch.cat(plane) for plane in zip(*parts, strict=True)]
    return RenderedScenes(scenes, *planes)


def _render_chunk(scenes: Scenes, style: Style) -> tuple[torch.Tensor, ...]:
    """Image, labels, owner, landmarks and visibility of some scenes."""
    batch, people = scenes.present.shape
    views = [_view(scenes[scenes.present[:, p]], p, style) for p in range(people)]
    main = _view(scenes, 0, style)
    image = paint_backdrop(
        scenes.backdrop[:, 0].long(), scenes.backdrop[:, 1:], main.palette.background,
        main.person.light_side, scenes.size, style,
    )  # fmt: skip
    labels = torch.zeros(batch, *scenes.size, dtype=torch.uint8, device=image.device)
    owner = torch.zeros_like(labels)
    landmarks = torch.zeros(batch, people, 5, 2, device=image.device)
    for person in reversed(range(people)):
        rows = scenes.present[:, person]
        if not rows.any():
            continue
        canvas = Canvas(image[rows], torch.full_like(labels[rows], UNKNOWN))
        paint_figure(canvas, views[person])
        covered = canvas.labels != UNKNOWN
        image[rows] = canvas.image
        labels[rows] = torch.where(covered, canvas.labels, labels[rows])
        owner[rows] = owner[rows].masked_fill(covered, person + 1)
        place = scenes.placement[rows, person, :2].float()
        landmarks[rows, person] = locate_landmarks(views[person], place)
    image = finish(image * main.palette.light, style, main.units) * 2 - 1
    return image, labels, owner, landmarks, _find_visible(landmarks, owner) & scenes.present


def _find_visible(landmarks: torch.Tensor, owner: torch.Tensor) -> torch.Tensor:
    """Whose landmarks [B, P, 5, 2] all lie in the picture, on px [B, H, W] of their own: [B, P]."""
    height, width = owner.shape[1:]
    column, row = landmarks.round().long().unbind(dim=3)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    place = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
    seen = owner.flatten(1).gather(1, place.flatten(1)).unflatten(1, place.shape[1:])
    person = torch.arange(1, landmarks.shape[1] + 1, device=owner.device)[:, None]
    return (inside & (seen == person)).all(dim=2)


def _view(scenes: Scenes, person: int, style: Style) -> View:
    units = place_units(scenes.placement[:, person], scenes.size)
    look = describe_people(scenes.attributes[:, person])
    return View.from_person(look, units, style, describe_extras(scenes.extras[:, person]))
