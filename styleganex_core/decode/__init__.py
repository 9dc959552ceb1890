"""From latents to a picture."""

from .preview import decode_preview, preview_resolution, trim_skips
from .render import decode_latents

__all__ = ["decode_latents", "decode_preview", "preview_resolution", "trim_skips"]
