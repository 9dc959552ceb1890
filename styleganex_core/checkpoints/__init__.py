"""Files: models, latents and edit vectors, read without running anything in them."""

from __future__ import annotations

from .describe import describe_file
from .identity import load_identity, load_trunk
from .latent_files import load_latents, save_latents
from .load import load_model
from .parser import load_face_parser
from .perceptual import load_perceptual
from .save import convert_file, save_model
from .vectors import edit_vector_names, load_edit_vector, save_edit_vectors

__all__ = [
    "convert_file",
    "describe_file",
    "edit_vector_names",
    "load_edit_vector",
    "load_face_parser",
    "load_identity",
    "load_latents",
    "load_model",
    "load_perceptual",
    "load_trunk",
    "save_edit_vectors",
    "save_latents",
    "save_model",
]
