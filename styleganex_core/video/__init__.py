"""Clips of any length: read, track, edit and write them, a few frames in memory at a time."""

from .clip import Clip, ClipInfo, Frame, Selection
from .drawing import edit_crops
from .edit import ClipEdit, ClipSettings, edit_frames
from .keyframes import Keyframes, parse_keyframes
from .people import Person, Track
from .preview import draw_faces, draw_people
from .reader import FileClip, TensorClip
from .sound import FileSound, WaveSound
from .track import FaceTracker, track_faces
from .whole import OutputSettings, edit_video, write_clip
from .writer import ClipWriter

__all__ = [
    "Clip",
    "ClipEdit",
    "ClipInfo",
    "ClipSettings",
    "ClipWriter",
    "FaceTracker",
    "FileClip",
    "FileSound",
    "Frame",
    "Keyframes",
    "OutputSettings",
    "Person",
    "Selection",
    "TensorClip",
    "Track",
    "WaveSound",
    "draw_faces",
    "draw_people",
    "edit_crops",
    "edit_frames",
    "edit_video",
    "parse_keyframes",
    "track_faces",
    "write_clip",
]
