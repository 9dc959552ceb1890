"""Rendered portraits with truth: attributes in, pictures, label maps and landmarks out."""

from .attributes import ATTRIBUTES, Person, sample_attributes
from .scene import Portraits, aligned_placement, render_portraits
from .styles import STYLES

__all__ = [
    "ATTRIBUTES",
    "STYLES",
    "Person",
    "Portraits",
    "aligned_placement",
    "render_portraits",
    "sample_attributes",
]
