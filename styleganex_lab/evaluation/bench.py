"""Held-out rendered scenes with truth, and the demo models at work on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import torch

from styleganex_core.crop import cut_style
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.datatypes import Latents
from styleganex_core.decode import decode_latents
from styleganex_core.demo import FOLDER, load_demo
from styleganex_core.encode import encode_face
from styleganex_core.networks import Model

from ..portraits import ATTRIBUTES, render_portraits
from ..portraits.people import attributes_of, draw_placements, sample_people
from ..training.data.people import warp_constant
from ..training.start.styles import DEVIATION, EDITS, styles_of_renders
from .render_readers import FILE, Readers, load_readers

SIDE = 256  # px
CELLS = (32, 32)
CELL = 8  # px
NOISE_WIDTH = 64  # of the noise that people are drawn from
FACE_WIDTH = 2 / 0.84 * 64  # px of a head at scale 1: two units, the eyes 0.84 apart
CHUNK = 10  # scenes that are worked on together


@dataclass(frozen=True)
class Scenes:
    """People `z` [N, D] with `attributes` [N, A] at `placement` [N, 4], and their pictures:
    `image` [N, 3, 256, 256], `labels` [N, 256, 256], `landmarks` [N, 5, 2] in px. `numbers` are
    their places in the whole set.
    """

    numbers: tuple[int, ...]
    z: torch.Tensor
    attributes: torch.Tensor
    placement: torch.Tensor
    image: torch.Tensor
    labels: torch.Tensor
    landmarks: torch.Tensor

    def __len__(self) -> int:
        return len(self.z)

    def only(self, index: int) -> Scenes:
        """One of them."""
        rows = slice(index, index + 1)
        tensors = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "numbers"
        }
        return Scenes(numbers=(self.numbers[index],), **tensors)

    @property
    def face_width(self) -> torch.Tensor:
        """px of each head, [N, 1]."""
        return FACE_WIDTH * self.placement[:, 2:3]

    @property
    def style_image(self) -> torch.Tensor:
        """The aligned faces [N, 3, 256, 256], cut by the true landmarks."""
        faces = [face_from_points([(x, y) for x, y in p]) for p in self.landmarks.tolist()]
        return torch.cat(
            [cut_style(one, face) for one, face in zip(self.image.split(1), faces, strict=True)]
        )


@dataclass(frozen=True)
class HeldOut:
    """`count` scenes of a seed that no training uses, one face anywhere in each; the first scenes
    of a larger set are those of a smaller one.
    """

    count: int
    seed: int

    @cached_property
    def people(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Noise [N, D] and placements [N, 4]."""
        parts = []
        for start in range(0, self.count, CHUNK):
            random = torch.Generator().manual_seed(self.seed + start)
            size = min(CHUNK, self.count - start)
            z = sample_people(CHUNK, NOISE_WIDTH, random)
            parts.append((z[:size], draw_placements(CHUNK, CELLS, 1.0, random)[:size]))
        z, place = zip(*parts, strict=True)
        return torch.cat(z), torch.cat(place)

    def pick(self, numbers: list[int]) -> Scenes:
        """These scenes, rendered."""
        z, place = self.people[0][numbers], self.people[1][numbers]
        attributes = attributes_of(z)
        drawn = render_portraits(attributes, size=SIDE, placement=place)
        return Scenes(
            tuple(numbers), z, attributes, place, drawn.image, drawn.labels, drawn.landmarks
        )

    def chunks(self, count: int) -> Iterator[Scenes]:
        """The first `count` scenes in groups."""
        for start in range(0, min(count, self.count), CHUNK):
            yield self.pick(list(range(start, min(start + CHUNK, count, self.count))))


class Bench:
    """The demo models by name and the readers, loaded when they are first asked for."""

    def __init__(self) -> None:
        self._models: dict[str, Model] = {}

    def model(self, name: str) -> Model:
        if name not in self._models:
            # This order of memory is a third faster on a CPU.
            self._models[name] = load_demo(name).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self._models[name]

    @cached_property
    def readers(self) -> Readers:
        return load_readers()


def has_model(name: str) -> bool:
    """Whether the demo model is bundled."""
    return (FOLDER / f"{name}.safetensors").is_file()


def fingerprint(names: tuple[str, ...]) -> str:
    """A short hash of the demo models and the readers: figures of others are out of date."""
    digest = hashlib.sha256()
    for path in (*(FOLDER / f"{name}.safetensors" for name in names), FILE):
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    return digest.hexdigest()[:16]


def generate(
    model: Model, z: torch.Tensor, placement: torch.Tensor, edit: torch.Tensor | None = None
) -> torch.Tensor:
    """What the generator draws from the styles of `z` [N, D] and its constant at `placement`."""
    w_plus = styles_of(model, z)
    if edit is not None:
        w_plus = w_plus + edit
    f = warp_constant(model.generator.dense_constant(), placement, CELLS)
    return decode(model, Latents(f=f, w_plus=w_plus))


def styles_of(model: Model, z: torch.Tensor) -> torch.Tensor:
    """The styles [N, L, D] of people's noise [N, `NOISE_WIDTH`].

    A model that was widened takes it repeated (`training.start.widen`): the same people.
    """
    z = z.repeat(1, max(1, model.style_dim // z.shape[1]))
    return styles_of_renders(model.generator, z)[:, None].expand(-1, model.num_slots, -1)


def encode(model: Model, scenes: Scenes) -> Latents:
    """Step I as in the paper: `f` from the scene, styles from the aligned face."""
    return encode_face(model, scenes.image, scenes.style_image)


def decode(model: Model, latents: Latents) -> torch.Tensor:
    """The clipped picture, with the noise that the latents carry, else none."""
    noise = "zero" if latents.noise is None else "stored"
    return decode_latents(model, latents, noise=noise).clamp(-1, 1)


def move_attribute(
    attributes: torch.Tensor, edit: str, strength: float
) -> tuple[torch.Tensor, int, float]:
    """The attributes [N, A] that an edit of `strength` deviations asks for, and which column and
    sign it moves.
    """
    name, sign = EDITS[edit]
    column = ATTRIBUTES.index(name)
    asked = attributes.clone()
    asked[:, column] = (asked[:, column] + sign * strength * DEVIATION).clamp(-1, 1)
    return asked, column, sign
