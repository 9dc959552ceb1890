"""From latents to a picture."""

from ..networks.kept import KeptFeatures
from .half import HalfCopy
from .preview import decode_preview, preview_resolution, trim_skips
from .render import decode_latents

__all__ = [
    "HalfCopy",
    "KeptFeatures",
    "decode_latents",
    "decode_preview",
    "preview_resolution",
    "trim_skips",
]
