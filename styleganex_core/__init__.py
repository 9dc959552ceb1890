"""StyleGANEX in pure torch: edit faces in ordinary, uncropped pictures.

Pictures are float [B, 3, H, W] in -1..1, RGB. The flow is `load_model`, `encode_face`,
`optimize_latents`, any edits of the latents, `decode_latents`.
"""

from __future__ import annotations

from .checkpoints import (
    convert_file,
    describe_file,
    edit_vector_names,
    load_edit_vector,
    load_latents,
    load_model,
    load_perceptual,
    save_edit_vectors,
    save_latents,
    save_model,
)
from .composite import paste_face, paste_faces
from .contact_sheet import draw_contact_sheet, draw_strip
from .crop import (
    CroppedFaces,
    Face,
    crop_face,
    crop_faces,
    cut_crop,
    cut_style,
    face_from_mesh,
    find_faces,
    parse_points,
    plan_crop,
    select_faces,
)
from .datatypes import FaceCrop, Latents, join_latents
from .decode import decode_latents, decode_preview, preview_resolution, trim_skips
from .demo import (
    demo_edit_names,
    demo_names,
    example_image,
    example_names,
    load_demo,
    load_demo_edit,
)
from .encode import encode_face, optimize_latents
from .errors import CheckpointError, FaceNotFoundError, ShapeError, StyleGANEXError
from .images import load_image, to_bchw, to_bhwc, to_pil
from .latents import (
    apply_edit_vector,
    apply_edit_vectors,
    factorize_weights,
    find_boundary,
    find_components,
    measure_gap,
    mix_styles,
    parse_strengths,
    sample_latents,
    split_edit_vectors,
    sweep_edit,
    transform_features,
)
from .layers import parse_layers
from .networks import Model
from .networks.swap import swap_domain
from .pipeline import FlowSettings, edit_photo

__version__ = "0.1.0"

__all__ = [
    "CheckpointError",
    "CroppedFaces",
    "Face",
    "FaceCrop",
    "FaceNotFoundError",
    "FlowSettings",
    "Latents",
    "Model",
    "ShapeError",
    "StyleGANEXError",
    "apply_edit_vector",
    "apply_edit_vectors",
    "convert_file",
    "crop_face",
    "crop_faces",
    "cut_crop",
    "cut_style",
    "decode_latents",
    "decode_preview",
    "demo_edit_names",
    "demo_names",
    "describe_file",
    "draw_contact_sheet",
    "draw_strip",
    "edit_photo",
    "edit_vector_names",
    "encode_face",
    "example_image",
    "example_names",
    "face_from_mesh",
    "factorize_weights",
    "find_boundary",
    "find_components",
    "find_faces",
    "join_latents",
    "load_demo",
    "load_demo_edit",
    "load_edit_vector",
    "load_image",
    "load_latents",
    "load_model",
    "load_perceptual",
    "measure_gap",
    "mix_styles",
    "optimize_latents",
    "parse_layers",
    "parse_points",
    "parse_strengths",
    "paste_face",
    "paste_faces",
    "plan_crop",
    "preview_resolution",
    "sample_latents",
    "save_edit_vectors",
    "save_latents",
    "save_model",
    "select_faces",
    "split_edit_vectors",
    "swap_domain",
    "sweep_edit",
    "to_bchw",
    "to_bhwc",
    "to_pil",
    "transform_features",
    "trim_skips",
]
