"""Edit vectors from labelled latents: styles regressed on the attributes that made them."""

from __future__ import annotations

import torch

from styleganex_core.networks import Generator

from ...portraits import ATTRIBUTES
from ...portraits.people import attributes_of, sample_people

SAMPLES = 32768
DEVIATION = 3**-0.5  # standard deviation of an attribute, uniform in -1..1

# The edit vectors that are shipped: name, attribute, sign.
EDITS: dict[str, tuple[str, float]] = {
    "smile": ("smile", 1.0),
    "mouth_open": ("mouth_open", 1.0),
    "eyes_open": ("eyes_open", 1.0),
    "gaze_right": ("gaze_x", 1.0),
    "gaze_down": ("gaze_y", 1.0),
    "age": ("age", 1.0),
    "turn_right": ("yaw", 1.0),
    "look_up": ("pitch", 1.0),
    "hair_light": ("hair_light", 1.0),
    "hair_red": ("hair_red", 1.0),
    "hair_length": ("hair_length", 1.0),
    "fringe": ("fringe", 1.0),
    "beard": ("beard", 1.0),
    "glasses": ("glasses", 1.0),
    "skin_dark": ("skin_tone", 1.0),
    "face_width": ("face_width", 1.0),
    "light_right": ("light_side", 1.0),
    "light_warm": ("light_warmth", 1.0),
}


@torch.no_grad()
def find_directions(generator: Generator, *, seed: int = 0) -> dict[str, torch.Tensor]:
    """Edit vectors [L, D] by name; adding one moves its attribute by one standard deviation.

    Least squares of the styles on all attributes together, so each vector is the change of the
    style that goes with one attribute while the others stay.
    """
    noise = torch.Generator().manual_seed(seed)
    z = sample_people(SAMPLES, generator.config.style_dim, noise)
    styles = generator.mapping(z)
    attributes = attributes_of(z)
    known = torch.cat([attributes, torch.ones(len(z), 1)], dim=1)
    slopes = torch.linalg.lstsq(known, styles).solution  # [A + 1, D]
    slots = generator.config.num_slots
    return {
        name: (sign * DEVIATION * slopes[ATTRIBUTES.index(attribute)]).repeat(slots, 1)
        for name, (attribute, sign) in EDITS.items()
    }


@torch.no_grad()
def mean_style(generator: Generator, *, seed: int = 0) -> torch.Tensor:
    """The mean latent [L, D]."""
    noise = torch.Generator().manual_seed(seed)
    z = sample_people(SAMPLES, generator.config.style_dim, noise)
    return generator.mapping(z).mean(dim=0).repeat(generator.config.num_slots, 1)
