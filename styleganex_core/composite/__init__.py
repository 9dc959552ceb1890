"""Edited crops put back into their pictures."""

from .batch import paste_each, paste_faces
from .motion import EditMotion
from .paste import enlargement, paste_face
from .transfer import transfer_edit
from .view import PhotoView, choose_zoom, view_photo

__all__ = [
    "EditMotion",
    "PhotoView",
    "choose_zoom",
    "enlargement",
    "paste_each",
    "paste_face",
    "paste_faces",
    "transfer_edit",
    "view_photo",
]
