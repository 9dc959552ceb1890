"""The errors this package raises on purpose; everything else is a bug."""

from __future__ import annotations


class StyleGANEXError(Exception):
    """Something the user can mend; the message says what was expected, what came, what to do."""


class CheckpointError(StyleGANEXError):
    """A file is missing, unreadable, unsafe, or of a kind this package cannot use."""


class FaceNotFoundError(StyleGANEXError):
    """A picture holds no face where one is needed."""


class ShapeError(StyleGANEXError):
    """A tensor's shape, value range or number of channels does not fit."""
