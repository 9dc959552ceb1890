"""Faces brought into the place in which the encoder reads styles."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..crop import cut_style, find_faces, select_faces
from ..crop.align import STYLE_SIDE
from ..networks.mtcnn import load_face_detector


@dataclass(frozen=True)
class Found:
    """The face that was aligned: px between its eyes, None where there was no face."""

    eye_distance: float | None


def align_faces(images: torch.Tensor) -> tuple[torch.Tensor, list[Found]]:
    """The largest face of every picture [B, 3, H, W] in -1..1 as in FFHQ, [B, 3, 256, 256].

    Where no face is found, the picture's central square stands for it.
    """
    detector = load_face_detector(images.device)
    aligned, found = [], []
    for image in images.float().split(1):
        faces = find_faces(image, detector=detector)
        if faces:
            face = select_faces(faces, "largest", 0)[0]
            aligned.append(cut_style(image, face))
            found.append(Found(face.eye_distance))
            continue
        side = min(image.shape[-2:])
        top, left = ((length - side) // 2 for length in image.shape[-2:])
        square = image[..., top : top + side, left : left + side]
        size = (STYLE_SIDE, STYLE_SIDE)
        aligned.append(F.interpolate(square, size, mode="bicubic", antialias=True).clamp(-1, 1))
        found.append(Found(None))
    return torch.cat(aligned), found
