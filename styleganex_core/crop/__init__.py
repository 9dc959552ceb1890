"""From a picture to its faces: find, choose, cut out, align."""

from .align import cut_crop, cut_style, plan_crop
from .faces import CroppedFaces, PlannedFaces, crop_face, crop_faces, plan_faces
from .landmarks import Face, face_from_mesh, find_faces, parse_points, select_faces

__all__ = [
    "CroppedFaces",
    "Face",
    "PlannedFaces",
    "crop_face",
    "crop_faces",
    "cut_crop",
    "cut_style",
    "face_from_mesh",
    "find_faces",
    "parse_points",
    "plan_crop",
    "plan_faces",
    "select_faces",
]
