"""People who do not exist: latents drawn at random."""

from __future__ import annotations

import math
from typing import Literal

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import StyleGANEXError
from ..networks import Model
from ..networks.generator import DENSE_SIDE
from ..ranges import check_number


def sample_latents(
    model: Model,
    seed: int,
    *,
    truncation: float = 1.0,
    toward: Literal["mean", "zero"] = "mean",
    height: int | None = None,
    width: int | None = None,
) -> Latents:
    """The latents of a random face, [1, ...], the same for the same seed on every device.

    `truncation` scales the style's distance from the mean latent, or from zero as the reference
    does for injected styles: 1 is full variety, 0 one average face, values between are safer.
    `height`, `width` in px of the decoded picture, the generator's own aligned square by default.
    A larger picture keeps the face's size and grows the surroundings; a smaller one shrinks both.
    Source: StyleGAN, appendix B.
    """
    if toward not in ("mean", "zero"):
        raise StyleGANEXError(f'toward is "mean" or "zero"; got "{toward}".')
    check_number(truncation, "truncation")
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(1, model.style_dim, generator=generator)
    w = model.generator.mapping(z.to(model.device, model.dtype))[:, None]  # [1, 1, D]
    if toward == "mean":
        mean = model.latent_avg.to(w.dtype)
        w_plus = mean + truncation * (w - mean)
    else:
        w_plus = (truncation * w).expand(-1, model.num_slots, -1)

    side = model.config.generator.size
    size = (height or side, width or side)
    if min(size) < 1:
        raise StyleGANEXError(f"the picture needs at least 1 px a side; got {size[1]}x{size[0]}.")
    cells = tuple(math.ceil(length / model.stride) for length in size)
    constant = _fit_constant(model.generator.dense_constant(), (cells[0], cells[1]))
    return Latents(f=constant, w_plus=w_plus.to(model.dtype).contiguous(), size=size)


def _fit_constant(constant: torch.Tensor, cells: tuple[int, int]) -> torch.Tensor:
    """The constant [1, C, 32, 32] shrunk to the shorter side, its edges repeated to `cells`."""
    side = min(DENSE_SIDE, *cells)
    constant = F.adaptive_avg_pool2d(constant, side)
    above, left = (cells[0] - side) // 2, (cells[1] - side) // 2
    below, right = cells[0] - side - above, cells[1] - side - left
    return F.pad(constant, (left, right, above, below), mode="replicate")
