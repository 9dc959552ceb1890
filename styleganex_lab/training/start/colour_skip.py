"""A closed-form start for the skips that carry a picture's colours.

A skip fusion that also mixes the picture so far starts at random, and what it adds then is noise
that takes hundreds of steps to unlearn. Here the last of them starts as the best linear guess of
the target from the encoder's shallow features, so that training begins at about the quality of
plain interpolation.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F

from styleganex_core.networks import Model
from styleganex_core.networks.encoder import ENCODER_SLOPE
from styleganex_core.networks.fusion import FUSION_TAPS, SkipFusion

from ..objectives.errors import shrink_to

RIDGE = 1e-3  # of the mean square of the inputs
CHUNK = 8  # pictures
KEPT = 3000  # px per picture that the fit sees
KERNEL = 3


@torch.no_grad()
def fit_colour_skip(
    model: Model, pick: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]], count: int
) -> None:
    """Let the last fusion replace the picture so far by its guess of the target.

    `pick(index)` gives inputs [B, 3, h, w] and targets [B, 3, H, W] of the pictures `index`, of
    which there are `count`. Three channels of the skip take the guess and three its negative, since
    a leaky ReLU passes on only one half of each; a narrower skip stays as it is.
    """
    number = model.active_fusions - 1
    fusion = model.fusions[number]
    assert isinstance(fusion, SkipFusion) and fusion.mix_rgb is not None
    if fusion.config.channels < 6:
        return
    tap = FUSION_TAPS[number]
    inputs, targets = [], []
    random = torch.Generator().manual_seed(0)
    for index in torch.arange(count).split(CHUNK):
        x, y = (picture.to(model.device) for picture in pick(index))
        features = model.require_encoder().extract_taps(x, last_block=max(tap, 0))[tap]
        small = shrink_to(y, features)
        columns = F.unfold(features, KERNEL, padding=KERNEL // 2)  # [B, C 9, N]
        kept = torch.randperm(columns.shape[2], generator=random)[:KEPT]
        inputs.append(columns[:, :, kept].transpose(1, 2).flatten(0, 1).cpu())
        targets.append(small.flatten(2)[:, :, kept].transpose(1, 2).flatten(0, 1).cpu())
    weight, bias = _regress(torch.cat(inputs), torch.cat(targets))
    transform, mix = fusion.transform, fusion.mix_rgb
    assert transform.bias is not None and mix.bias is not None
    kernel = weight.T.reshape(3, transform.weight.shape[1], KERNEL, KERNEL)
    for first, sign in ((0, 1.0), (3, -1.0)):
        transform.weight[first : first + 3] = sign * kernel
        transform.bias[first : first + 3] = sign * bias
        for colour in range(3):
            mix.weight[colour, 3 + first + colour] = 0
            mix.weight[colour, 3 + first + colour, 1, 1] = sign / (1 + ENCODER_SLOPE)
    mix.weight[:, :3] = 0


def _regress(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Slopes [C, 3] and shift [3] of the ridge regression of `y` [N, 3] on `x` [N, C]."""
    x, y = x.double(), y.double()
    mean_x, mean_y = x.mean(dim=0), y.mean(dim=0)
    z = x - mean_x
    ridge = RIDGE * z.square().mean() * len(z) * torch.eye(z.shape[1], dtype=z.dtype)
    slopes = torch.linalg.solve(z.T @ z + ridge, z.T @ (y - mean_y))
    return slopes.float(), (mean_y - mean_x @ slopes).float()
