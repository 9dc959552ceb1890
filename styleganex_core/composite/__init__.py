"""Edited crops put back into their pictures."""

from .batch import paste_each, paste_faces
from .motion import EditMotion
from .paste import changed_px, enlargement, paste_face
from .transfer import transfer_edit
from .view import PhotoView, choose_zoom, shrink_masks, view_photo

__all__ = [
    "EditMotion",
    "PhotoView",
    "changed_px",
    "choose_zoom",
    "enlargement",
    "paste_each",
    "paste_face",
    "paste_faces",
    "shrink_masks",
    "transfer_edit",
    "view_photo",
]
