"""How many bytes of activations the networks need, from their widths; measured on a CPU."""

from __future__ import annotations

import torch

from .. import styleganex_core as core

FLOAT = 4  # bytes
ENCODE_COPIES = 7  # maps of the stem's width alive at once, at most
DECODE_COPIES = 8  # maps of the widest layer alive at once, at most
OPTIMIZE_COPIES = 18  # maps per resolution kept for the backward pass
SKETCH_FLOATS = 40  # per px of a photo whose edges are drawn
PARSE_FLOATS = 80  # per px that the face parser sees
FRAME_COPIES = 6  # of a clip's frame alive at once while it is pasted, at most
PERCEPTUAL_FLOATS = 1200  # per px that the loss sees, kept for the backward pass


def encode_bytes(model: core.Model, height: int, width: int) -> float:
    """For one picture of height x width px."""
    stem = model.config.encoder.stem_width if model.config.encoder else 64
    return FLOAT * ENCODE_COPIES * stem * height * width


def decode_bytes(model: core.Model, latents: core.Latents) -> float:
    """For one picture."""
    return FLOAT * DECODE_COPIES * max(_layer_floats(model, latents))


def result_bytes(model: core.Model, height: int, width: int) -> float:
    """For one picture and its latents with noise, kept, of an encoded picture of height x width."""
    cells = (-(-height // 8), -(-width // 8))
    noise = sum(h * w for h, w in model.generator.noise_shapes(cells))
    f = model.feature_channels * cells[0] * cells[1]
    picture = 3 * height * width * model.ratio**2
    return FLOAT * (picture + noise + f * (1 + model.active_fusions))


def optimize_bytes(model: core.Model, latents: core.Latents) -> float:
    """For one picture, its gradients included."""
    height, width = latents.f.shape[-2:]
    seen = height * width * 64  # px of the input crop
    layers = OPTIMIZE_COPIES * sum(_layer_floats(model, latents))
    return FLOAT * (layers + PERCEPTUAL_FLOATS * seen)


def parse_bytes(height: int, width: int, enlarge: float) -> float:
    """For one picture of height x width px."""
    return FLOAT * PARSE_FLOATS * height * width * enlarge**2


def sketch_bytes(height: int, width: int) -> float:
    """For the edges of one photo of height x width px."""
    return FLOAT * SKETCH_FLOATS * height * width


def clip_bytes(model: core.Model, reach: int, frame: tuple[int, int]) -> float:
    """For one frame (height, width) of a clip: its crop drawn anew, and pasted."""
    side = 2 * reach
    latents = core.Latents(
        torch.empty(1, model.feature_channels, side // 8, side // 8, device="meta"),
        torch.empty(1, model.num_slots, model.style_dim, device="meta"),
    )
    network = max(encode_bytes(model, side, side), decode_bytes(model, latents))
    return network + FLOAT * FRAME_COPIES * 3 * frame[0] * frame[1]


def _layer_floats(model: core.Model, latents: core.Latents) -> list[int]:
    """Numbers in one map per resolution of the generator."""
    cells = latents.f.shape[-2] * latents.f.shape[-1]
    sides = [max(1, 4 * 2**k // 32) for k in range(len(model.config.generator.channels))]
    return [
        channels * cells * side**2
        for channels, side in zip(model.config.generator.channels, sides, strict=True)
    ]
