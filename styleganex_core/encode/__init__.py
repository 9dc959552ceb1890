"""From a picture to latents: in one pass (Step I), then by gradient (Step II)."""

from .feedforward import encode_face
from .optimise import OptimizeSettings, optimize_latents
from .start import choose_start

__all__ = ["OptimizeSettings", "choose_start", "encode_face", "optimize_latents"]
