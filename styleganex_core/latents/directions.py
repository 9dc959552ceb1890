"""Edit vectors found in a generator itself, without examples or labels.

Convention: a vector is [L, D], zero outside the chosen slots, float32 on the CPU; strength 1 moves
the styles by one standard deviation along it. The same model gives the same vectors on every
device; each points the way in which its largest number is positive.
"""

from __future__ import annotations

import torch

from ..errors import StyleGANEXError
from ..layers import parse_layers
from ..networks import Generator, Model

SCALE_SAMPLES = 8192  # random styles behind a standard deviation: known to about 1 %
SAMPLES_AT_ONCE = 4096


def factorize_weights(
    model: Model, count: int = 10, layers: str = "all"
) -> dict[str, torch.Tensor]:
    """The directions to which the generator's weights respond most: "weights-1" is the strongest.

    They are the eigenvectors of A^T A with the largest eigenvalues, A being the modulation
    weights of the chosen slots' layers stacked [sum of channels, D]. No sampling decides them,
    only their scale. Source: SeFa (Shen and Zhou, 2021), section 3.

    Raises StyleGANEXError for layers that name no slot and for a `count` outside 1..D.
    """
    slots = _choose_slots(model, layers)
    _check_count(count, model.style_dim)
    weights = torch.cat([_modulation_weight(model.generator, slot) for slot in slots])
    axes = _principal_axes(weights.T @ weights, count)
    deviations = (_draw_styles(model, SCALE_SAMPLES, seed=0) @ axes.T).std(dim=0)
    return _name_vectors("weights", axes * deviations[:, None], slots, model.num_slots)


def find_components(
    model: Model, count: int = 10, samples: int = 10_000, seed: int = 0, layers: str = "all"
) -> dict[str, torch.Tensor]:
    """The directions in which random people differ most: "samples-1" has the largest variance.

    They are the principal components of `samples` styles mapped from Gaussian noise. Source:
    GANSpace (Harkonen et al., 2020), section 2.

    Raises StyleGANEXError for layers that name no slot, for a `count` outside 1..D, and for fewer
    samples than it takes to tell `count` components apart (count + 1).
    """
    slots = _choose_slots(model, layers)
    _check_count(count, model.style_dim)
    if samples <= count:
        raise StyleGANEXError(
            f"{count} components need at least {count + 1} samples, preferably 10000; "
            f"got {samples}."
        )
    styles = _draw_styles(model, samples, seed)
    axes = _principal_axes(styles.T.cov(), count)
    deviations = (styles @ axes.T).std(dim=0)
    return _name_vectors("samples", axes * deviations[:, None], slots, model.num_slots)


def style_step(vector: torch.Tensor) -> float:
    """The distance by which strength 1 of an edit vector [L, D] moves the style it moves most."""
    return float(vector.norm(dim=1).max())


def _choose_slots(model: Model, layers: str) -> tuple[int, ...]:
    slots = parse_layers(layers, model.num_slots)
    if not slots:
        raise StyleGANEXError(f'layers "{layers}" names no slot; give at least one, or "all".')
    return slots


def _check_count(count: int, style_dim: int) -> None:
    if not 1 <= count <= style_dim:
        raise StyleGANEXError(
            f"this model has {style_dim} directions, one per number of a style; "
            f"{count} were asked for, choose 1 to {style_dim}."
        )


def _modulation_weight(generator: Generator, slot: int) -> torch.Tensor:
    """The weights [channels, D] with which a slot's layer reads its style, in float64.

    RGB heads, which share their slots with a layer, are left out as in SeFa; the last slot drives
    nothing but a head.
    """
    if slot < len(generator.layers):
        modulation = generator.get_submodule(f"layers.{slot}.conv.modulation")
    else:
        modulation = generator.get_submodule(f"heads.{len(generator.heads) - 1}.modulation")
    return modulation.get_parameter("weight").detach().to("cpu", torch.float64)


@torch.no_grad()
def _draw_styles(model: Model, samples: int, seed: int) -> torch.Tensor:
    """Random styles [samples, D], float64 on the CPU."""
    random = torch.Generator().manual_seed(seed)
    z = torch.randn(samples, model.style_dim, generator=random)
    parts = [
        model.generator.mapping(part.to(model.device)).to("cpu", torch.float64)
        for part in z.split(SAMPLES_AT_ONCE)
    ]
    return torch.cat(parts)


def _principal_axes(matrix: torch.Tensor, count: int) -> torch.Tensor:
    """The unit eigenvectors [count, D] of a symmetric matrix, largest eigenvalue first."""
    axes = torch.linalg.eigh(matrix).eigenvectors.T.flip(0)[:count]
    largest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))
    return axes * largest.sign()


def _name_vectors(
    kind: str, directions: torch.Tensor, slots: tuple[int, ...], num_slots: int
) -> dict[str, torch.Tensor]:
    """Directions [N, D] as edit vectors [L, D] that act on `slots`, numbered from 1."""
    vectors = torch.zeros(len(directions), num_slots, directions.shape[1])
    vectors[:, list(slots)] = directions.float()[:, None]
    return {f"{kind}-{index}": vector for index, vector in enumerate(vectors, start=1)}
