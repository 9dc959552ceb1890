"""Small models with random weights, for exact properties; nothing they draw means anything."""

from __future__ import annotations

import torch

from styleganex_core import decode_latents, sample_latents
from styleganex_core.networks import (
    EncoderConfig,
    FusionConfig,
    GeneratorConfig,
    Model,
    ModelConfig,
    empty_model,
    fill_model,
)

STYLE_DIM = 12
WIDTHS = (8, 10, 12, 16)


def tiny_config(
    size: int = 64, *, encoder: bool = True, fusions: int = 0, gate: int = 0, labels: int = 0
) -> ModelConfig:
    """`gate`: linear layers of the fusions' gates, two in the paper, 0 for fusions without."""
    resolutions = size.bit_length() - 2
    channels = tuple(max(4, 12 - index) for index in range(resolutions))
    generator = GeneratorConfig(size, STYLE_DIM, channels, mapping_layers=3)
    taps = (WIDTHS[2], WIDTHS[2], WIDTHS[2], WIDTHS[2], WIDTHS[1], WIDTHS[0], 6)
    return ModelConfig(
        generator,
        EncoderConfig(
            num_slots=generator.num_slots,
            style_dim=STYLE_DIM,
            feature_channels=channels[0],
            stem_width=6,
            widths=WIDTHS,
            squeezes=(2, 2, 2, 2),
            head_width=8,
            label_channels=labels,
        )
        if encoder
        else None,
        tuple(
            FusionConfig(taps[k], channels[k], gate_layers=gate, style_dim=STYLE_DIM * bool(gate))
            for k in range(min(fusions, resolutions - 1))
        ),
    )


def tiny_model(size: int = 64, *, seed: int = 0, name: str = "tiny", **options) -> Model:
    """A random model; noise strengths and biases are not zero, so that every term counts."""
    model = empty_model(tiny_config(size, **options), name)
    random = torch.Generator().manual_seed(seed)
    tensors = {}
    for key, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            tensors[key] = torch.zeros(tensor.shape, dtype=tensor.dtype)
            continue
        value = torch.randn(tensor.shape, generator=random)
        if key.endswith("running_var"):
            value = 1 + value.abs() / 5
        elif key.endswith("modulation.bias"):
            value = 1 + value / 10
        elif ".mapping." in key:
            value = value / 0.01
        elif key.startswith(("encoder.", "fusions.")) and value.ndim > 1:
            value = value / value[0].numel() ** 0.5
        elif key.endswith(("bias", "noise_strength", "running_mean", "latent_avg")):
            value = value / 5
        tensors[key] = value
    return fill_model(model, tensors)


def random_picture(
    height: int = 64, width: int = 72, *, batch: int = 1, channels: int = 3, seed: int = 1
) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(batch, channels, height, width, generator=random) * 2 - 1


def random_vectors(model: Model, *names: str) -> dict[str, torch.Tensor]:
    """An edit vector [slots, style side] for each name."""
    random = torch.Generator().manual_seed(3)
    return {n: torch.randn(model.num_slots, STYLE_DIM, generator=random) for n in names}


def drawn_picture(model: Model) -> torch.Tensor:
    """A picture [1, 3, H, W] in -1..1 that the model can draw itself."""
    with torch.no_grad():
        return decode_latents(model, sample_latents(model, 8, height=48, width=40)).clamp(-1, 1)
