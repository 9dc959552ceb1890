"""Directions of styles that are learned through a reader of faces, on photos of real people.

A direction moves what the reader reads by so much a unit, in the photo with the edit's change,
while who it is, the other readings, the colours and everything around the face stay. It starts as a
vector that the model has, or as nothing.

A direction that was learned through a reader pleases this reader: it may paint what the reader
takes for the thing. So look at what it does, and keep what it asks for small.

Convention: pictures are [B, 3, H, W] in -1..1, their central 256 px the aligned face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F

from styleganex_core.datatypes import Latents
from styleganex_core.decode import decode_latents
from styleganex_core.encode import encode_face
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model
from styleganex_core.readers import FaceReadings, load_face_readers

from .data import step_random
from .data.aligned import FACE, AlignedPortraits, weigh_face_regions
from .optim.half_precision import is_half_fast
from .recipes.settings import Crops, DataSettings, Phase

SIDE = 256  # px
STRENGTHS = (-2.0, -1.0, 1.0, 2.0)
# By how much a reading may move before it counts as another change; and how far a person may.
SIDE_EFFECTS = {
    "smile": 0.3, "mouth_open": 0.02, "yaw": 4.0, "pitch": 4.0, "eyes_open": 0.05, "gaze_x": 0.2,
    "skin_light": 0.015,
}  # fmt: skip
READERS = ("age", "gender", *SIDE_EFFECTS, "gaze_y", "hair_light")
# What stands for a reading in the loss: a share that has come to 0 or 1 has no gradient.
LEARNED_AS = {"gender": "gender_odds"}
WORST_EFFECT = 4.0  # of a squared side effect
SAME_AS_BEFORE = 0.25  # a distance of identities
SHIFT, SCALES = 6, (1.0, 0.75, 0.5)  # px and shrinking before a reader looks
PAINTED_AREA = 32  # px: a mean colour over so many that changes is paint
COLOURED_AREA = 4  # px: over so many the change of a hue is measured


@dataclass(frozen=True)
class DirectionSettings:
    """`reader`: which reading of `READERS` moves, by `goal` in its unit per strength 1; that of
    gender is its log-odds.

    `numbers`: how many numbers of each style may move, all by default; a vector that leaves those
    that widening added alone also serves the model that was widened. `share`: how far the vector
    goes from its start to what was learned, 1 for all the way. The weights are of losses:
    `identity`, `side_effects`, `around` the face, `paint`, `far` from the start, and `colour`, any
    change of hue.
    """

    reader: str
    goal: float
    steps: int = 60
    batch: int = 4
    rate: float = 0.035
    seed: int = 0
    numbers: int | None = None
    share: float = 1.0
    identity: float = 0.5
    side_effects: float = 0.15
    around: float = 4.0
    paint: float = 12.0
    far: float = 0.3
    colour: float = 0.0

    def __post_init__(self) -> None:
        if self.reader not in READERS:
            raise StyleGANEXError(
                f'the reading of a direction is one of {", ".join(READERS)}; got "{self.reader}".'
            )
        if not self.goal > 0:
            raise StyleGANEXError(f"the goal of a direction is above 0; got {self.goal}.")


def learn_direction(
    model: Model,
    folder: Path,
    settings: DirectionSettings,
    start: torch.Tensor | None = None,
    *,
    progress: ReportSteps | None = None,
) -> torch.Tensor:
    """An edit vector [L, D]; `folder`: aligned portraits as for `train real`, of which those of
    people who are held out are not used. `start` [L, D]: what it begins as.
    """
    photos = AlignedPortraits(folder, DataSettings(affine=0.0, mirror=0.5))
    phase = Phase(settings.steps, batch=settings.batch, pictures=Crops(SIDE, SIDE))
    model.requires_grad_(False)
    learner = DirectionLearner(model, settings, start)
    for step in range(settings.steps):
        batch = photos.draw(
            phase, seed=settings.seed, step=step, rows=lambda count: slice(0, count)
        )
        learner.take_step(batch.image, step_random(settings.seed + 1, step))
        if progress is not None:
            progress(step + 1, settings.steps)
    return torch.lerp(learner.start, learner.vector.detach(), settings.share)


class DirectionLearner:
    """A vector that learns by Adam; `vector` [L, D] is it as it is now."""

    def __init__(
        self, model: Model, settings: DirectionSettings, start: torch.Tensor | None = None
    ) -> None:
        self.model, self.settings = model, settings
        self.readers = load_face_readers(model.device)
        shape = (model.num_slots, model.style_dim)
        self.start = torch.zeros(shape) if start is None else start.expand(shape).clone()
        self.vector = self.start.clone().requires_grad_(True)
        self.optimiser = torch.optim.Adam([self.vector], lr=settings.rate)
        self.half = is_half_fast(model.device)
        self.inside = weigh_face_regions(SIDE) > FACE

    def take_step(self, photos: torch.Tensor, random: torch.Generator) -> float:
        """Learn from some photos; gives the loss."""
        strengths = torch.tensor(STRENGTHS)
        chosen = strengths[torch.randint(len(STRENGTHS), (len(photos),), generator=random)]
        shift = torch.randint(-SHIFT, SHIFT + 1, (2,), generator=random).tolist()
        scale = SCALES[int(torch.randint(len(SCALES), (), generator=random))]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            with torch.no_grad():
                latents = encode_face(self.model, photos, skip_layers=0)
                before = self._draw(latents)
            moved = latents.w_plus + chosen[:, None, None] * self.vector
            after = self._draw(replace(latents, w_plus=moved))
        change = _fit_to(after.float() - before.float(), photos)
        edited = (photos + change).clamp(-1, 1)
        readings = [self.readers(_look(x, shift, scale)) for x in (edited, photos)]
        loss = self._loss(readings[0], readings[1], change, chosen)
        self.optimiser.zero_grad()
        loss.backward()
        assert self.vector.grad is not None
        if self.settings.numbers is not None:
            self.vector.grad[:, self.settings.numbers :] = 0
        self.optimiser.step()
        return float(loss.detach())

    def _draw(self, latents: Latents) -> torch.Tensor:
        return decode_latents(self.model, latents, noise="zero")

    def _loss(
        self,
        edited: FaceReadings,
        told: FaceReadings,
        change: torch.Tensor,
        strengths: torch.Tensor,
    ) -> torch.Tensor:
        settings = self.settings

        def moved(name: str) -> torch.Tensor:
            return (getattr(edited, name) - getattr(told, name)).float()

        goal = settings.goal
        learned = LEARNED_AS.get(settings.reader, settings.reader)
        loss = F.smooth_l1_loss(moved(learned) / goal, strengths)
        away = (edited.identity - told.identity).norm(dim=1)
        loss = loss + settings.identity * (away + 6 * F.relu(away - SAME_AS_BEFORE)).mean()
        for name, unit in SIDE_EFFECTS.items():
            if name != settings.reader:
                effect = (moved(name) / unit).square().clamp_max(WORST_EFFECT)
                loss = loss + settings.side_effects * effect.mean()
        loss = loss + settings.around * change.abs()[..., self._around()].mean()
        loss = loss + settings.paint * F.avg_pool2d(change, PAINTED_AREA).abs().mean()
        if settings.colour:
            fine = F.avg_pool2d(change, COLOURED_AREA)
            hue = fine - fine.mean(dim=1, keepdim=True)
            loss = loss + settings.colour * hue.abs().mean()
        far = (self.vector - self.start).square().sum() / self.start.square().sum().clamp_min(1)
        return loss + settings.far * far

    def _around(self) -> torch.Tensor:
        """The px [256, 256] of the backdrop beside the head; hair and neck may change."""
        around = torch.zeros(SIDE, SIDE, dtype=torch.bool)
        around[:40], around[:, :30], around[:, -30:] = False, True, True
        return around & ~self.inside


def _fit_to(change: torch.Tensor, photos: torch.Tensor) -> torch.Tensor:
    """A change in the photos' size."""
    if change.shape[-2:] == photos.shape[-2:]:
        return change
    return F.interpolate(change, photos.shape[-2:], mode="bilinear", antialias=True)


def _look(pictures: torch.Tensor, shift: list[int], scale: float) -> torch.Tensor:
    """Pictures shifted and softened, so that no texture of a px can please a reader."""
    moved = torch.roll(pictures, shift, dims=(2, 3))
    if scale == 1:
        return moved
    small = F.interpolate(moved, scale_factor=scale, mode="bilinear", antialias=True)
    return F.interpolate(small, pictures.shape[-2:], mode="bilinear")
