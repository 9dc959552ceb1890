"""Style heads of aligned faces, fitted in closed form.

Six convolutions deep, a head that starts at random learns nothing for thousands of steps. The
features of a face always lie at the same place of an aligned picture, so what a head must do is
nearly linear: layer by layer, the projections are kept from which the styles can best be told.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ..networks import Encoder
from ..networks.encoder import ENCODER_SLOPE, StyleHead, slot_group

BLUR = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16
LIFT = 4.0  # standard deviations by which projections are raised, so the leaky ReLUs pass them on
PLACES = 8  # cells along a side of the finest grid on which places are told apart
RIDGE = 0.15  # weight of the ridge, times the number of features


@torch.no_grad()
def fit_aligned_heads(
    encoder: Encoder, groups: tuple[torch.Tensor, ...], offsets: torch.Tensor
) -> None:
    """Set every style head so that it answers aligned faces about with `offsets` [N, D].

    `groups`: the inputs [N, C, h, w] of the coarse, middle and fine heads, which share one fit.
    """
    fitted: dict[int, StyleHead] = {}
    for slot, head in enumerate(encoder.style_heads):
        assert isinstance(head, StyleHead)
        group = slot_group(slot)
        if group in fitted:
            head.load_state_dict(fitted[group].state_dict())
        else:
            _fit(head, groups[group].float(), offsets)
            fitted[group] = head


def _fit(head: StyleHead, x: torch.Tensor, offsets: torch.Tensor) -> None:
    for number, conv in enumerate(head.convs):
        assert isinstance(conv, nn.Conv2d) and conv.bias is not None
        if (x.shape[-1] + 1) // 2 < PLACES:
            patches = F.unfold(x, 3, stride=2, padding=1)
            kernel = _projections(patches, offsets, len(conv.weight))
            conv.weight.copy_(kernel.view_as(conv.weight))
        elif number == 0:
            small = F.adaptive_avg_pool2d(x, PLACES).flatten(2)
            kernel = _projections(small, offsets, len(conv.weight))
            conv.weight.copy_(kernel[:, :, None, None] * BLUR)
        else:
            conv.weight.copy_(torch.eye(len(conv.weight))[:, :, None, None] * BLUR)
        conv.bias.zero_()
        seen = torch.cat([conv(part) for part in x.split(64)])
        mean, spread = seen.mean(dim=(0, 2, 3)), seen.std(dim=(0, 2, 3)) + 1e-6
        conv.weight.div_(spread[:, None, None, None])
        conv.bias.copy_(LIFT - mean / spread)
        x = F.leaky_relu(torch.cat([conv(part) for part in x.split(64)]), ENCODER_SLOPE)
    slopes, shift = _regress(x.mean(dim=(2, 3)), offsets)
    head.weight.copy_(slopes.T * head.weight.shape[1] ** 0.5)
    head.bias.copy_(shift)


def _projections(x: torch.Tensor, y: torch.Tensor, count: int) -> torch.Tensor:
    """The `count` directions [count, C] of features [N, C, L] that say most about `y` [N, D].

    Places L have slopes of their own but share the directions.
    """
    slopes, _ = _regress(x.flatten(1), y)
    spread = x.std(dim=(0, 2)) + 1e-6
    weighted = slopes.reshape(x.shape[1], -1) * spread[:, None]
    main = torch.linalg.svd(weighted, full_matrices=False)[0][:, :count]
    found = torch.zeros(count, x.shape[1])
    found[: main.shape[1]] = main.T / spread
    return found


def _regress(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Slopes [C, D] and shift [D] of the ridge regression of `y` on standardised `x` [N, C]."""
    mean, spread = x.mean(dim=0), x.std(dim=0) + 1e-4
    z, wanted = (x - mean) / spread, y - y.mean(dim=0)
    ridge = RIDGE * z.shape[1]
    if z.shape[1] > len(z):
        kernel = z @ z.T
        slopes = z.T @ torch.linalg.solve(kernel + ridge * torch.eye(len(z)), wanted)
    else:
        slopes = torch.linalg.solve(z.T @ z + ridge * torch.eye(z.shape[1]), z.T @ wanted)
    slopes = slopes / spread[:, None]
    return slopes, y.mean(dim=0) - mean @ slopes
