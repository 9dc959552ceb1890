"""Another domain's generator weights under the same encoder.

Source: layer swapping as in Pinkney and Adler 2020, weight interpolation as in StyleGAN-NADA;
StyleGANEX, section 5.3.
"""

from __future__ import annotations

import re

import torch

from ..errors import ShapeError
from ..layers import parse_layers
from ..ranges import check_number
from . import Model, build_model


def swap_domain(
    model: Model, domain: Model, *, layers: str = "all", strength: float = 1.0
) -> Model:
    """`model` with the generator weights of `domain` in the chosen style slots.

    `layers` names slots as in `parse_layers`; slot i holds layer i and the RGB head that reads
    it. `strength` mixes the weights: 0 keeps `model`, 1 is `domain`, beyond 1 exaggerates.
    Encoder, skip fusions, mapping network, mean latent and edit vectors stay those of `model`, so
    latents keep their meaning. Skips that are optional are drawn by domains that learned it
    (`Model.takes_skips`), and by no others. Weights that are taken whole are shared with their
    owner, not copied; neither model changes.

    Raises ShapeError when the two generators differ in size or widths.
    """
    check_number(strength, "strength")
    ours, theirs = model.config.generator, domain.config.generator
    if (ours.size, ours.style_dim, ours.channels) != (
        theirs.size,
        theirs.style_dim,
        theirs.channels,
    ):
        raise ShapeError(
            f"{domain.name} draws {theirs.size} px with style dimension {theirs.style_dim} and "
            f"widths {list(theirs.channels)}, but {model.name} draws {ours.size} px with "
            f"{ours.style_dim} and {list(ours.channels)}; domains must be fine-tuned from the "
            "same generator."
        )
    slots = set(parse_layers(layers, model.num_slots))
    with torch.inference_mode(False), torch.no_grad():
        tensors = dict(model.state_dict(keep_vars=True))
        others = domain.state_dict(keep_vars=True)
        for key, tensor in tensors.items():
            if _slot_of(key) not in slots or strength == 0:
                continue
            other = others[key].to(device=tensor.device, dtype=tensor.dtype)
            tensors[key] = other if strength == 1 else torch.lerp(tensor, other, strength)
        swapped = build_model(model.config, tensors, f"{model.name} + {domain.name}")
    swapped.edit_vectors = dict(model.edit_vectors)
    mixed = strength != 0 and bool(slots)
    swapped.takes_skips = domain.takes_skips if mixed else model.takes_skips
    swapped.is_swapped = model.is_swapped or (mixed and not domain.takes_skips)
    if not mixed:  # else they tell of another look
        swapped.edit_ranges = dict(model.edit_ranges)
        swapped.average_changes = dict(model.average_changes)
    return swapped


def _slot_of(key: str) -> int | None:
    """The style slot that a generator tensor answers to; None for what is never swapped."""
    match = re.match(r"generator\.(layers|heads|noise_maps)\.(\d+)(\.|$)", key)
    if match:
        return 2 * int(match[2]) + 1 if match[1] == "heads" else int(match[2])
    return 0 if key == "generator.constant" else None
