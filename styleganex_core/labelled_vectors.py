"""Edit vectors for any generator, without examples: random people are drawn and read.

Source: InterFaceGAN (Shen et al., 2020), whose labels come from classifiers in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from .datatypes import Latents, join_latents
from .decode import decode_latents
from .errors import StyleGANEXError
from .latents import apply_edit_vector, find_boundary, sample_latents
from .networks import Model
from .readers.dense import EXPRESSIONS
from .readers.networks import FaceReaders, load_face_readers

__all__ = ["LABELS", "LabelledVector", "find_labelled_vector"]

# What can be asked for, as the reader's own name for it.
LABELS = {
    "smile": "smile",
    "happy": "happy",
    "age": "age",
    "gender": "gender",
    "mouth open": "mouth_open",
    "eyes open": "eyes_open",
    "turn": "yaw",
    "tilt": "pitch",
    "gaze": "gaze_x",
    "light hair": "hair_light",
    "light skin": "skin_light",
}
EXTREMES = 0.3  # share of the people that counts as having it, and as not having it
FEWEST_PEOPLE = 20
OTHERS = 24  # people who are not among the examples, on whom the vector is tried out
CLEAR = 0.5  # presence from which a drawing counts as a face
AT_ONCE = 4  # pictures
LARGEST_SEED = 2**32  # so that the seeds of all people exist
SIDE = 256  # px: larger pictures tell the readers no more


@dataclass(frozen=True)
class LabelledVector:
    """An edit vector [L, D] and how it was found.

    `people`: how many of those drawn showed a face. `low`, `high`: the label's means among those
    taken as without and with it. `gain`: how much strength 1 raises the label, on other people,
    half the difference between strengths 1 and -1; `right`: on which share of them it rises.
    """

    vector: torch.Tensor
    people: int
    low: float
    high: float
    gain: float
    right: float


@torch.no_grad()
def find_labelled_vector(
    model: Model,
    label: str,
    *,
    samples: int = 500,
    seed: int = 0,
    layers: str = "all",
    orthogonal_to: Sequence[torch.Tensor] = (),
    readers: FaceReaders | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LabelledVector:
    """The edit vector that raises what the face readers call `label`, one of `LABELS`.

    `samples` random people of the model are drawn and read; the vector is the boundary between
    the 30 % that have the most and the 30 % that have the least of it (`find_boundary`, also for
    `layers` and `orthogonal_to`). `progress(done, total)` is called as they are drawn; what it
    raises stops the search.

    Raises StyleGANEXError for an unknown label, fewer than 20 people, and a model that draws no
    faces that the readers know.
    """
    if label not in LABELS:
        raise StyleGANEXError(f"label is one of {', '.join(LABELS)}; got {label!r}.")
    if samples < FEWEST_PEOPLE:
        raise StyleGANEXError(
            f"labels need at least {FEWEST_PEOPLE} random people, preferably 500; got {samples}."
        )
    readers = readers or load_face_readers(model.device)
    seed %= LARGEST_SEED
    total = samples + OTHERS
    styles, values = [], []
    for first in range(0, samples, AT_ONCE):
        count = min(AT_ONCE, samples - first)
        drawn = _draw_people(model, range(seed + first, seed + first + count))
        read, clear = _read(model, drawn, label, readers)
        styles.append(drawn.w_plus[clear].expand(-1, model.num_slots, -1).cpu())
        values.append(read[clear])
        if progress is not None:
            progress(first + count, total)
    people, levels = torch.cat(styles), torch.cat(values)
    if len(people) < FEWEST_PEOPLE:
        raise StyleGANEXError(
            f"only {len(people)} of {samples} random pictures of this model show a face that the "
            "readers know; they read faces of people, not drawings. Use examples instead."
        )
    order = levels.argsort()
    share = max(2, round(EXTREMES * len(order)))
    least, most = order[:share], order[-share:]
    vector = find_boundary(people[most], people[least], orthogonal_to=orthogonal_to, layers=layers)
    gains = _try_out(model, vector, label, seed + samples, readers)
    if progress is not None:
        progress(total, total)
    return LabelledVector(
        vector=vector,
        people=len(people),
        low=float(levels[least].mean()),
        high=float(levels[most].mean()),
        gain=float(gains.mean()),
        right=float((gains > 0).float().mean()),
    )


def _draw_people(model: Model, seeds: range) -> Latents:
    return join_latents([sample_latents(model, seed) for seed in seeds])


def _read(
    model: Model, latents: Latents, label: str, readers: FaceReaders
) -> tuple[torch.Tensor, torch.Tensor]:
    """The label of every picture [B], and which of them show a face, on the CPU."""
    side = min(SIDE, model.config.generator.size)
    pictures = decode_latents(model, latents, largest_side=side).float().clamp(-1, 1)
    found = readers(pictures)
    name = LABELS[label]
    if name in EXPRESSIONS:
        value = found.expression[:, EXPRESSIONS.index(name)]
    else:
        value = getattr(found, name)
    return value.cpu(), (found.presence > CLEAR).cpu()


def _try_out(
    model: Model, vector: torch.Tensor, label: str, seed: int, readers: FaceReaders
) -> torch.Tensor:
    """How much strength 1 raises the label on `OTHERS` other people, [N]."""
    gains = []
    for first in range(0, OTHERS, AT_ONCE):
        drawn = _draw_people(model, range(seed + first, seed + first + AT_ONCE))
        more, less = (
            _read(model, apply_edit_vector(drawn, vector, strength), label, readers)[0]
            for strength in (1.0, -1.0)
        )
        gains.append((more - less) / 2)
    return torch.cat(gains)
