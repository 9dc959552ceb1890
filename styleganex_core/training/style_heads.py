"""A closed-form start for an encoder's style heads.

Six convolutions deep, a head that starts at random needs thousands of steps before any style gets
through. Here a head starts as an average over the picture of its best projections, found by
regression from the trunk's features, and learns from there.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from ..networks import Encoder
from ..networks.encoder import ENCODER_SLOPE, StyleHead

BLUR = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16
RIDGE = 0.1  # per picture, so that a few pictures are not learned by heart
LEAST_SPREAD = 0.1  # of the largest: what weaker projections are divided by
LIFT = 4.0  # standard deviations by which projections are raised, so the leaky ReLUs pass them on
CHUNK = 16  # pictures


@torch.no_grad()
def start_heads(encoder: Encoder, image: torch.Tensor, offsets: torch.Tensor) -> None:
    """Set every style head so that it answers pictures [N, 3, H, W] about with `offsets` [N, D].

    The first layer projects its input on the directions that say most about the styles (reduced
    rank regression), the others only blur and shrink, and the last is fitted to what comes out.
    """
    was_training = encoder.training
    encoder.eval()
    means = _collect(encoder, image, _average_input)
    for head, x in zip(encoder.style_heads, means, strict=True):
        assert isinstance(head, StyleHead)
        _set_projections(head, x, offsets)
    means = _collect(encoder, image, _average_output)
    for head, x in zip(encoder.style_heads, means, strict=True):
        assert isinstance(head, StyleHead)
        slopes, shift = _regress(x, offsets)
        head.weight.copy_(slopes.T * head.weight.shape[1] ** 0.5)
        head.bias.copy_(shift)
    encoder.train(was_training)


def _collect(
    encoder: Encoder,
    image: torch.Tensor,
    measure: Callable[[StyleHead, torch.Tensor], torch.Tensor],
) -> list[torch.Tensor]:
    """`measure` of each head on its input, for all pictures: one [N, C] per head."""
    found: dict[nn.Module, list[torch.Tensor]] = {head: [] for head in encoder.style_heads}

    def note(head: StyleHead, inputs: tuple[torch.Tensor]) -> None:
        found[head].append(measure(head, inputs[0]))

    hooks = [head.register_forward_pre_hook(note) for head in encoder.style_heads]
    for part in image.split(CHUNK):
        encoder.style_offsets(encoder.extract_taps(part))
    for hook in hooks:
        hook.remove()
    return [torch.cat(parts) for parts in found.values()]


def _average_input(head: StyleHead, x: torch.Tensor) -> torch.Tensor:
    """What a head that only blurs and shrinks would average."""
    for _ in head.convs:
        kernel = BLUR.to(x).expand(x.shape[1], 1, 3, 3)
        x = F.conv2d(x, kernel, stride=2, padding=1, groups=x.shape[1])
    return x.mean(dim=(2, 3))


def _average_output(head: StyleHead, x: torch.Tensor) -> torch.Tensor:
    for conv in head.convs:
        x = F.leaky_relu(conv(x), ENCODER_SLOPE)
    return x.mean(dim=(2, 3))


def _regress(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Slopes [C, D] and shift [D] of the ridge regression of `y` on standardised `x`."""
    mean, spread = x.mean(dim=0), x.std(dim=0, correction=0) + 1e-4
    z = (x - mean) / spread
    ridge = RIDGE * len(z) * torch.eye(z.shape[1]).to(z)
    slopes = torch.linalg.solve(z.T @ z + ridge, z.T @ (y - y.mean(dim=0))) / spread[:, None]
    return slopes, y.mean(dim=0) - mean @ slopes


def _set_projections(head: StyleHead, x: torch.Tensor, offsets: torch.Tensor) -> None:
    """First layer: projections of unit spread, lifted; the others: one blur per channel."""
    slopes, _ = _regress(x, offsets)
    first, *others = (conv for conv in head.convs if isinstance(conv, nn.Conv2d))
    assert first.bias is not None
    main = torch.linalg.svd(x @ slopes - (x @ slopes).mean(dim=0), full_matrices=False)[2]
    projections = slopes @ main[: first.weight.shape[0]].T  # [C, width or fewer]
    spread = (x @ projections).std(dim=0, correction=0)
    # Directions that say next to nothing are not blown up to the size of the others.
    projections = projections / (spread.clamp_min(LEAST_SPREAD * float(spread.max())) + 1e-6)
    count = projections.shape[1]
    first.weight.zero_()
    first.weight[:count] = projections.T[:, :, None, None] * BLUR.to(x)
    first.bias.zero_()
    first.bias[:count] = LIFT - x.mean(dim=0) @ projections
    for conv in others:
        assert conv.bias is not None
        channels = torch.arange(conv.weight.shape[0])
        conv.weight.zero_()
        conv.weight[channels, channels] = BLUR.to(x)
        conv.bias.zero_()
