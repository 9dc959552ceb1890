"""Operations on latents; each returns new latents and changes nothing."""

from .boundary import find_boundary, measure_gap
from .directions import factorize_weights, find_components
from .edit import apply_edit_vector, mix_styles
from .sample import sample_latents
from .sweep import sweep_edit
from .transform import transform_features

__all__ = [
    "apply_edit_vector",
    "factorize_weights",
    "find_boundary",
    "find_components",
    "measure_gap",
    "mix_styles",
    "sample_latents",
    "sweep_edit",
    "transform_features",
]
