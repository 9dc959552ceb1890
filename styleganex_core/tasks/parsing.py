"""Label maps from photos. Source: docs/networks.md, "Tasks"."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..errors import ShapeError, StyleGANEXError
from ..networks.bisenet import FaceParser

ENLARGE = 2.0  # the parser knows faces twice as large as the crops of this package
SMALLEST_SIDE = 32  # px that the parser's deepest stage needs
LARGEST_ENLARGE = 8.0


def parse_face(
    parser: FaceParser, image: torch.Tensor, *, enlarge: float = ENLARGE
) -> torch.Tensor:
    """The label map [B, H, W], classes 0 to 18, of pictures [B, 3, H, W] in -1..1.

    The parser sees the picture `enlarge` times as large (bilinear): 2 suits crops with the eyes
    64 px apart, 1 portraits of 512 px.
    """
    if image.ndim != 4 or image.shape[1] != 3 or 0 in image.shape:
        raise ShapeError(f"pictures need the shape [B, 3, H, W]; got {list(image.shape)}.")
    if not 0 < enlarge <= LARGEST_ENLARGE:
        raise StyleGANEXError(f"enlarge lies between 0 and {LARGEST_ENLARGE:g}; got {enlarge:g}.")
    height, width = image.shape[-2:]
    size = (
        max(SMALLEST_SIDE, round(height * enlarge)),
        max(SMALLEST_SIDE, round(width * enlarge)),
    )
    image = image.to(parser.device, torch.float32)
    shrinks = enlarge < 1
    large = F.interpolate(image, size, mode="bilinear", align_corners=False, antialias=shrinks)
    scores = F.interpolate(parser(large), (height, width), mode="nearest")
    return scores.argmax(dim=1).to(torch.uint8)
