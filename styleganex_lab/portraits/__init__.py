"""Rendered people with truth: attributes in, pictures, label maps and landmarks out."""

from .attributes import ATTRIBUTES, Person, sample_attributes
from .backdrops import BACKDROPS
from .clips import MOTIONS, render_clip, sample_clip
from .extras import EXTRAS
from .render import Portraits, aligned_placement, render_portraits
from .scenes import RenderedScenes, Scenes, render_scenes, sample_scenes
from .sketch import draw_sketch
from .styles import STYLES

__all__ = [
    "ATTRIBUTES",
    "BACKDROPS",
    "EXTRAS",
    "MOTIONS",
    "STYLES",
    "Person",
    "Portraits",
    "RenderedScenes",
    "Scenes",
    "aligned_placement",
    "draw_sketch",
    "render_clip",
    "render_portraits",
    "render_scenes",
    "sample_attributes",
    "sample_clip",
    "sample_scenes",
]
