"""Label maps from photos. Source: docs/networks.md, "Tasks"."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..errors import ShapeError, StyleGANEXError
from ..networks.bisenet import FaceParser
from ..networks.small_parser import SmallFaceParser

ENLARGE = 2.0  # the published parser knows faces twice as large as the crops of this package
SMALLEST_SIDE = 32  # px that the parser's deepest stage needs
LARGEST_ENLARGE = 8.0


def parse_face(
    parser: FaceParser | SmallFaceParser, image: torch.Tensor, *, enlarge: float = ENLARGE
) -> torch.Tensor:
    """The label map [B, H, W], classes 0 to 18, of pictures [B, 3, H, W] in -1..1.

    The published parser sees the picture `enlarge` times as large (bilinear), the bundled one half
    as large as that: 2 suits crops with the eyes 64 px apart, 1 portraits of 512 px.
    """
    if image.ndim != 4 or image.shape[1] != 3 or 0 in image.shape:
        raise ShapeError(f"pictures need the shape [B, 3, H, W]; got {list(image.shape)}.")
    if not 0 < enlarge <= LARGEST_ENLARGE:
        raise StyleGANEXError(f"enlarge lies between 0 and {LARGEST_ENLARGE:g}; got {enlarge:g}.")
    height, width = image.shape[-2:]
    factor = enlarge * parser.scale
    size = (
        max(SMALLEST_SIDE, round(height * factor)),
        max(SMALLEST_SIDE, round(width * factor)),
    )
    image = image.to(parser.device, torch.float32)
    shrinks = factor < 1
    seen = F.interpolate(image, size, mode="bilinear", align_corners=False, antialias=shrinks)
    scores = parser(seen)
    mode = "bilinear" if parser.scale < 1 and factor < 1 else "nearest"
    scores = F.interpolate(scores, (height, width), mode=mode)
    return scores.argmax(dim=1).to(torch.uint8)
