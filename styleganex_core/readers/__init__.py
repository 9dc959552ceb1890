"""Networks that read real faces: who, how old, which expression, where its points are.

They are small, bundled with their licences, and differentiable; `docs/readers.md` says what they
can and cannot do.
"""

from .dense import EXPRESSIONS
from .metric import ShiftTolerantDistance
from .networks import FaceReaders, FaceReadings, load_distance, load_face_readers
from .reading import FaceReading, describe_likeness, likeness, read_face

__all__ = [
    "EXPRESSIONS",
    "FaceReaders",
    "FaceReading",
    "FaceReadings",
    "ShiftTolerantDistance",
    "describe_likeness",
    "likeness",
    "load_distance",
    "load_face_readers",
    "read_face",
]
