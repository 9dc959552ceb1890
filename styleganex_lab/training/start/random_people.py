"""Random people who look like real ones: a mapping network fitted to the styles of portraits.

The encoder finds styles in portraits. Before the mapping's leaky ReLU they are close to a Gaussian,
and a layer with a bias draws from it: `w = lrelu(A z + b)` with `A A^T` the covariance. The mean
latent moves to where such styles lie, and the style heads' biases back by as much, so that photos
are encoded as before. Renders keep their styles (`styles.styles_of_renders`).

Convention: styles are [N, D], one for all slots of a generator.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch

from styleganex_core.encode import encode_face
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model
from styleganex_core.networks.encoder import StyleHead, slot_group
from styleganex_core.networks.generator import MAPPING_RATE
from styleganex_core.networks.ops import ACTIVATION_SLOPE
from styleganex_core.readers import load_face_readers
from styleganex_core.readers.colours import skin_and_hair

from ..data.aligned import Portrait, one_of_each, read_squares
from .styles import mean_style

GAIN = 2**0.5  # of the leaky ReLU
CHUNK = 4  # photos at once
PEOPLE = 800  # that a mapping is fitted to; more say little more
SKIN_BINS = 4  # of equal width, from the darkest twentieth to the lightest
LARGEST_WEIGHT = 6.0  # of the median one


@torch.no_grad()
def fit_random_people(model: Model, styles: torch.Tensor, weights: torch.Tensor) -> None:
    """Fit a model's mapping to `styles` [N, D], which count by `weights` [N].

    Raises StyleGANEXError for a mapping of several layers, or fewer styles than their numbers.
    """
    mapping, dim = model.generator.mapping, model.style_dim
    if len(mapping.weights) != 1 or len(styles) <= dim:
        raise StyleGANEXError(
            f"a mapping of one layer is fitted to more than {dim} styles; got "
            f"{len(mapping.weights)} layers and {len(styles)} styles."
        )
    before = torch.where(styles < 0, styles / ACTIVATION_SLOPE, styles).double() / GAIN
    share = (weights / weights.sum()).double()[:, None]
    mean = (share * before).sum(dim=0)
    away = before - mean
    values, axes = torch.linalg.eigh((share * away).T @ away)
    root = axes * values.clamp_min(0).sqrt()
    mapping.weights[0].copy_(root * dim**0.5 / MAPPING_RATE)
    mapping.biases[0].copy_(mean / MAPPING_RATE)
    move_mean(model, mean_style(model.generator)[0])


@torch.no_grad()
def move_mean(model: Model, mean: torch.Tensor) -> None:
    """Make `mean` [D] the mean latent; an encoder goes on finding the styles that it found."""
    moved = mean - model.latent_avg
    model.latent_avg.copy_(mean.expand_as(model.latent_avg))
    if model.encoder is None:
        return
    for number, head in enumerate(model.encoder.style_heads):
        assert isinstance(head, StyleHead)
        slots = [number]
        if model.encoder.config.grouped_heads:
            slots = [slot for slot in range(model.num_slots) if slot_group(slot) == number]
        head.bias.sub_(moved[slots].mean(dim=0))


def choose_people(portraits: Sequence[Portrait], limit: int = PEOPLE) -> list[Portrait]:
    """One portrait each of people who are not held out, at most `limit`, always the same."""
    chosen = one_of_each(portraits, held_out=False)
    return chosen if limit >= len(chosen) else random.Random(0).sample(chosen, limit)


@torch.no_grad()
def find_styles(model: Model, portraits: Sequence[Portrait]) -> tuple[torch.Tensor, torch.Tensor]:
    """The styles [N, D] of people, and weights [N] by which men and women of every skin tone count
    about alike.
    """
    readers = load_face_readers(model.device)
    styles, sexes, skins = [], [], []
    for start in range(0, len(portraits), CHUNK):
        aligned = read_squares(portraits[start : start + CHUNK]).to(model.device)
        styles.append(encode_face(model, aligned, skip_layers=0).w_plus.mean(dim=1))
        _, gender = readers.read_age(aligned)
        skin, _ = skin_and_hair(aligned, readers.read_mesh(aligned)[0])
        sexes.append(gender > 0.5)
        skins.append(skin)
    return torch.cat(styles), balance(torch.cat(sexes), torch.cat(skins))


def balance(sexes: torch.Tensor, skins: torch.Tensor) -> torch.Tensor:
    """Weights [N]: rare kinds of people (`sexes` bool, `skins` how light) count more, in bounds."""
    low, high = skins.quantile(0.05), skins.quantile(0.95)
    bins = ((skins - low) / (high - low).clamp_min(1e-6) * SKIN_BINS).long().clamp(0, SKIN_BINS - 1)
    kinds = bins * 2 + sexes.long()
    weights = 1 / torch.bincount(kinds, minlength=2 * SKIN_BINS)[kinds].float()
    return (weights / weights.median()).clamp_max(LARGEST_WEIGHT)
