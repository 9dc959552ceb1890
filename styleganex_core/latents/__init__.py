"""Operations on latents; each returns new latents and changes nothing."""

from .edit import apply_edit_vector, mix_styles
from .sample import sample_latents
from .transform import transform_features

__all__ = ["apply_edit_vector", "mix_styles", "sample_latents", "transform_features"]
