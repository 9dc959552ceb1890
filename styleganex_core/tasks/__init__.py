"""Tasks beside inversion: super-resolution, faces from sketches and label maps, and what makes
their inputs.
"""

from .labels import (
    FACE_CLASSES,
    choose_classes,
    class_colours,
    colour_labels,
    encode_labels,
    grey_labels,
    paint_masks,
    parse_classes,
    read_label_map,
    read_labels,
    show_planes,
)
from .models import check_input_kind
from .parsing import parse_face
from .result import Note, TaskResult
from .sketch import read_sketch, show_sketch, sketch_photo
from .structure import Appearance, mask_to_face, sketch_to_face
from .super_resolution import prepared_size, super_resolve

__all__ = [
    "FACE_CLASSES",
    "Appearance",
    "Note",
    "TaskResult",
    "check_input_kind",
    "choose_classes",
    "class_colours",
    "colour_labels",
    "encode_labels",
    "grey_labels",
    "mask_to_face",
    "paint_masks",
    "parse_classes",
    "parse_face",
    "prepared_size",
    "read_label_map",
    "read_labels",
    "read_sketch",
    "show_planes",
    "show_sketch",
    "sketch_photo",
    "sketch_to_face",
    "super_resolve",
]
