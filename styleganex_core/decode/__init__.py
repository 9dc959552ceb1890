"""From latents to a picture."""

from .render import decode_latents

__all__ = ["decode_latents"]
