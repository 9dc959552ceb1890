"""Networks that read real faces: who, how old, which expression, where its points are.

They are small, bundled with their licences, and differentiable; `docs/readers.md` says what they
can and cannot do.
"""

from ..datatypes import AverageChange
from .average import ChangedPhotos
from .compare import FaceLikeness, judge_likeness, report_likeness, watch_faces
from .dense import EXPRESSIONS
from .follow import Motions, SeenFace, follow_edits, read_mesh, see_faces
from .judge import judge_identity
from .metric import ShiftTolerantDistance
from .networks import FaceReaders, FaceReadings, load_distance, load_face_readers
from .reading import FaceReading, describe_likeness, likeness, read_face

__all__ = [
    "EXPRESSIONS",
    "AverageChange",
    "ChangedPhotos",
    "FaceLikeness",
    "FaceReaders",
    "FaceReading",
    "FaceReadings",
    "Motions",
    "SeenFace",
    "ShiftTolerantDistance",
    "describe_likeness",
    "follow_edits",
    "judge_identity",
    "judge_likeness",
    "likeness",
    "load_distance",
    "load_face_readers",
    "read_face",
    "read_mesh",
    "report_likeness",
    "see_faces",
    "watch_faces",
]
