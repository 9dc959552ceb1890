"""Edited crops back into their pictures."""

from .paste import enlargement, paste_face, paste_faces

__all__ = ["enlargement", "paste_face", "paste_faces"]
