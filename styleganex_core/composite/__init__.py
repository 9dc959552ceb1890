"""Edited crops back into their pictures."""

from .paste import enlargement, paste_face, paste_faces
from .transfer import transfer_edit

__all__ = ["enlargement", "paste_face", "paste_faces", "transfer_edit"]
