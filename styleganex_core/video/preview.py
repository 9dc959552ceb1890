"""Pictures that show a track: boxes around the faces, and who is who."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from PIL import ImageDraw

from ..contact_sheet import draw_strip
from ..crop import Face
from ..crop.align import STYLE_SIDE
from ..images import from_uint8, to_pil
from .people import Track

COLOURS = ("#ffb000", "#40a0ff", "#50d050", "#ff5060", "#c070ff", "#40d0d0")  # one per person


def draw_faces(picture: torch.Tensor, faces: Mapping[int, Face]) -> torch.Tensor:
    """The picture [1, 3, H, W] with a numbered box and five dots on each face."""
    image = to_pil(picture)
    pen = ImageDraw.Draw(image)
    line = max(2, max(image.size) // 400)
    for number, face in faces.items():
        colour = COLOURS[number % len(COLOURS)]
        pen.rectangle(face.box, outline=colour, width=line)
        for x, y in face.points:
            pen.ellipse((x - line, y - line, x + line, y + line), fill=colour)
        corner = (face.box[0] + 2 * line, face.box[1] + line)
        pen.text(corner, str(number), fill=colour, font_size=max(12, 8 * line))
    return from_uint8(torch.from_numpy(np.array(image))[None])


def draw_people(track: Track) -> torch.Tensor:
    """Everyone's aligned face in a row over their numbers, [1, 3, h, w] in -1..1.

    Of a track of nobody, an empty grey picture.
    """
    if not track.people:
        return draw_strip(torch.zeros(1, 3, STYLE_SIDE, STYLE_SIDE), ["nobody"])
    faces = torch.cat([person.style for person in track.people])
    return draw_strip(faces, [f"person {number}" for number in range(len(faces))])
