"""The squares of the astronaut's face that face-api and our readers are given alike, as JSON."""

from __future__ import annotations

import json
import sys

import torch

import styleganex_core as core
from styleganex_core.readers.squares import cut_squares, reader_square, usual_points

SIDES = (150, 112)  # px: of identity, and of the others


def cut_face(side: int) -> torch.Tensor:
    """The reader's square [1, 3, side, side] in -1..1."""
    face = core.example_image("astronaut_face")
    return cut_squares(face, reader_square(usual_points(1, face)), side)


if __name__ == "__main__":
    cuts = {}
    for side in SIDES:
        levels = (cut_face(side)[0].permute(1, 2, 0) + 1) * 127.5
        cuts[side] = [round(value, 4) for value in levels.flatten().tolist()]
    sys.stdout.write(json.dumps(cuts))
