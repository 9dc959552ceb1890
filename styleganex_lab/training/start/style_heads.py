"""Style heads with batch norm between their layers, for training only.

Four to six convolutions that end at a single px hardly learn without norms. After training the
norms' statistics are folded into the convolutions, which gives the encoder's own heads exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.networks import EncoderConfig
from styleganex_core.networks.encoder import ENCODER_SLOPE, HEAD_DEPTHS, StyleHead


class TrainingHead(nn.Module):
    """What `StyleHead` computes, with a batch norm after every convolution."""

    def __init__(self, in_channels: int, width: int, depth: int, style_dim: int) -> None:
        super().__init__()
        head = StyleHead(in_channels, width, depth, style_dim)
        self.convs = head.convs
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(depth))
        self.last = nn.Linear(width, style_dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = F.leaky_relu(norm(conv(x)), ENCODER_SLOPE)
        return self.last(x.mean(dim=(2, 3)))


def make_training_heads(config: EncoderConfig) -> nn.ModuleList:
    """One head for the coarse, one for the middle and one for the fine slots."""
    return nn.ModuleList(
        TrainingHead(config.widths[-1], config.head_width, depth, config.style_dim)
        for depth in HEAD_DEPTHS
    )


@torch.no_grad()
def fold_heads(heads: nn.ModuleList, normed: nn.ModuleList) -> None:
    """Make an encoder's grouped heads answer as `normed` ones do with their stored statistics."""
    for head, source in zip(heads, normed, strict=True):
        assert isinstance(head, StyleHead) and isinstance(source, TrainingHead)
        for target, conv, norm in zip(head.convs, source.convs, source.norms, strict=True):
            assert isinstance(target, nn.Conv2d) and isinstance(conv, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            assert target.bias is not None and conv.bias is not None
            assert norm.running_mean is not None and norm.running_var is not None
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            target.weight.copy_(conv.weight * scale[:, None, None, None])
            target.bias.copy_((conv.bias - norm.running_mean) * scale + norm.bias)
        head.weight.copy_(source.last.weight * head.weight.shape[1] ** 0.5)
        head.bias.copy_(source.last.bias)


@torch.no_grad()
def unfold_heads(
    normed: nn.ModuleList, heads: nn.ModuleList, pyramid: Sequence[torch.Tensor]
) -> None:
    """Make normed heads answer as an encoder's grouped ones do, to train on from a file.

    `pyramid`: what each head sees of some pictures (`Encoder.style_inputs`), which gives the norms
    their statistics: they start as norms that change nothing.
    """
    for target, head, x in zip(normed, heads, pyramid, strict=True):
        assert isinstance(head, StyleHead) and isinstance(target, TrainingHead)
        for conv, source, norm in zip(target.convs, head.convs, target.norms, strict=True):
            assert isinstance(conv, nn.Conv2d) and isinstance(source, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            assert norm.running_mean is not None and norm.running_var is not None
            conv.load_state_dict(source.state_dict())
            x = conv(x)
            norm.running_mean.copy_(x.mean(dim=(0, 2, 3)))
            norm.running_var.copy_(x.var(dim=(0, 2, 3)))
            norm.bias.copy_(norm.running_mean)
            norm.weight.copy_((norm.running_var + norm.eps).sqrt())
            x = F.leaky_relu(x, ENCODER_SLOPE)
        target.last.weight.copy_(head.weight / head.weight.shape[1] ** 0.5)
        target.last.bias.copy_(head.bias)
