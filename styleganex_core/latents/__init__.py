"""Operations on latents; each returns new latents and changes nothing."""

from .average import (
    find_own_change,
    hold_own_px,
    plan_average_changes,
    read_average_changes,
    sum_changes,
    take_closing_out,
)
from .boundary import find_boundary, measure_gap
from .directions import factorize_weights, find_components, style_step
from .edit import apply_edit_vector, mix_styles
from .expression import EXPRESSION, expression_names, find_expression
from .face_strengths import apply_face_strengths, number_faces, parse_face_strengths
from .sample import sample_latents
from .shares import find_shares
from .strengths import apply_edit_vectors, parse_strengths, split_edit_vectors
from .sweep import space_strengths, sweep_edit
from .transform import transform_features
from .turn import draw_without_turn, hold_head, take_turn_out, turn_names, without_turn

__all__ = [
    "EXPRESSION",
    "apply_edit_vector",
    "apply_edit_vectors",
    "apply_face_strengths",
    "draw_without_turn",
    "expression_names",
    "factorize_weights",
    "find_boundary",
    "find_components",
    "find_expression",
    "find_own_change",
    "find_shares",
    "hold_head",
    "hold_own_px",
    "measure_gap",
    "mix_styles",
    "number_faces",
    "parse_face_strengths",
    "parse_strengths",
    "plan_average_changes",
    "read_average_changes",
    "sample_latents",
    "space_strengths",
    "split_edit_vectors",
    "style_step",
    "sum_changes",
    "sweep_edit",
    "take_closing_out",
    "take_turn_out",
    "transform_features",
    "turn_names",
    "without_turn",
]
