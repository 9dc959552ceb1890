"""Rendered portraits with truth: attributes in, pictures, label maps and landmarks out."""

from .attributes import ATTRIBUTES, Person, sample_attributes
from .render import Portraits, aligned_placement, render_portraits
from .sketch import draw_sketch
from .styles import STYLES

__all__ = [
    "ATTRIBUTES",
    "STYLES",
    "Person",
    "Portraits",
    "aligned_placement",
    "draw_sketch",
    "render_portraits",
    "sample_attributes",
]
