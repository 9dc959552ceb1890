"""Edit vectors that draw what an average change does to photos.

A model's drawing is changed as a photo would be, and the vector learns to draw that. No reader is
asked, so readers stay judges of it.

Convention: pictures are [1, 3, 256, 256] in -1..1, aligned squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.composite.average import change_face
from styleganex_core.composite.motion import OUTLINE
from styleganex_core.composite.transfer import blur
from styleganex_core.datatypes import AverageChange, Latents
from styleganex_core.decode import decode_latents
from styleganex_core.encode import encode_face
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.networks import Model

from .data import step_random
from .data.aligned import one_of_each, read_index
from .laid_over import GENDER, ReadFace, fill, read_faces, spread_evenly
from .objectives.squeezenet import FeatureDistance, load_squeezenet

STRENGTHS = (-2.0, -1.0, 1.0, 2.0)
AT_HOME = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))  # the picture is the aligned face
AROUND = 0.3  # what px beside the face count, to a face's 1
RIM = 3.0  # px over which the face ends
SIZES = (1, 2, 4, 8)  # px over which pictures are averaged before they are compared
FEATURES = 0.5  # what the features' distance counts


@dataclass(frozen=True)
class FollowSettings:
    """`people` are half men and half women; `numbers`: how many numbers of each style may move,
    all by default. The rate falls to 0 over the second half of the steps. `share`: how much of
    what was learned the vector is, as the photo's own px change beside it.
    """

    steps: int = 200
    batch: int = 4
    rate: float = 0.02
    people: int = 480
    numbers: int | None = None
    seed: int = 0
    share: float = 1.0


def follow_average(
    model: Model,
    folder: Path,
    change: AverageChange,
    perceptual: Path | None,
    settings: FollowSettings | None = None,
    *,
    progress: ReportSteps | None = None,
) -> torch.Tensor:
    """An edit vector [L, D] for a change, learned on portraits of people who are not held out."""
    settings = settings or FollowSettings()
    portraits = one_of_each(read_index(folder), held_out=False)
    faces = list(read_faces(spread_evenly(portraits, 4 * settings.people)))
    model.requires_grad_(False)
    learner = Follower(model, _balance(faces, settings.people), change, settings)
    learner.network = FeatureDistance(load_squeezenet(perceptual))
    for step in range(settings.steps):
        learner.take_step(step)
        if progress is not None:
            progress(step + 1, settings.steps)
    return settings.share * learner.vector.detach()


def _balance(faces: Sequence[ReadFace], count: int) -> list[ReadFace]:
    """As many who would be taken for women as for men, as far as they reach."""
    groups = [[f for f in faces if (f.readings[GENDER] > 0.5) == which] for which in (True, False)]
    return [face for group in groups for face in group[: (count + 1) // 2]]


class Follower:
    """A vector that learns by Adam; `vector` [L, D] is it as it is now, `network` what compares."""

    network: nn.Module

    def __init__(
        self,
        model: Model,
        faces: Sequence[ReadFace],
        change: AverageChange,
        settings: FollowSettings,
    ) -> None:
        self.model, self.faces, self.change, self.settings = model, faces, change, settings
        self.vector = torch.zeros(model.num_slots, model.style_dim, requires_grad=True)
        self.optimiser = torch.optim.Adam([self.vector], lr=settings.rate)
        self.known: dict[int, Latents] = {}

    def take_step(self, step: int) -> float:
        """Learn from some faces; gives the loss."""
        settings, random = self.settings, step_random(self.settings.seed, step)
        for group in self.optimiser.param_groups:
            group["lr"] = settings.rate * min(1.0, 2 * (1 - step / settings.steps))
        chosen = torch.randint(len(self.faces), (settings.batch,), generator=random)
        which = torch.randint(len(STRENGTHS), (settings.batch,), generator=random)
        total = torch.zeros(())
        for face, strength in zip(chosen.tolist(), which.tolist(), strict=True):
            total = total + self._miss(face, STRENGTHS[strength]) / settings.batch
        self.optimiser.zero_grad()
        total.backward()
        assert self.vector.grad is not None
        if settings.numbers is not None:
            self.vector.grad[:, settings.numbers :] = 0
        self.optimiser.step()
        return float(total.detach())

    def _miss(self, number: int, strength: float) -> torch.Tensor:
        """How far the edited drawing of a face is from its drawing changed as a photo."""
        face = self.faces[number]
        with torch.no_grad():
            if number not in self.known:
                self.known[number] = encode_face(self.model, face.square, skip_layers=0)
            latents = self.known[number]
            wanted = self._draw(latents)
            wanted = change_face(wanted, face.mesh, AT_HOME, self.change * strength)
            moved = face.mesh + strength * self.change.shape
            inside = blur(fill(moved[list(OUTLINE)])[None, None], RIM)
            weight = AROUND + (1 - AROUND) * inside
        made = self._draw(replace(latents, w_plus=latents.w_plus + strength * self.vector))
        error = (made - wanted) * weight
        miss = torch.stack([F.avg_pool2d(error, size).abs().mean() for size in SIZES]).sum()
        return miss + FEATURES * self.network(made, wanted).mean()

    def _draw(self, latents: Latents) -> torch.Tensor:
        return decode_latents(self.model, latents, noise="zero")
