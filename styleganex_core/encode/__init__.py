"""From a picture to latents: in one pass (Step I), then by gradient (Step II)."""

from .feedforward import encode_face
from .optimise import optimize_latents

__all__ = ["encode_face", "optimize_latents"]
