"""How far points moved, of a picture of which it is known."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import example_image
from styleganex_core.crop import find_faces
from styleganex_core.readers import load_face_readers
from styleganex_core.warp import warp
from styleganex_lab.evaluation.landmarks import PhotoPoints

MOVED = 6.0  # px to the right


def test_points_that_moved_with_the_picture_are_off_by_that_much():
    photo = example_image("astronaut_face")
    face = find_faces(photo)[0]
    made = warp(photo, ((1.0, 0.0, -MOVED), (0.0, 1.0, 0.0)), (256, 256))
    points = PhotoPoints(photo, face, load_face_readers())
    moved = points.compare(made)
    wanted = 100 * MOVED / (2 / 0.84 * face.eye_distance)
    assert moved.points == pytest.approx(wanted, rel=0.1), "around the old place it reads 85 %"
    assert moved.mesh == pytest.approx(wanted, rel=0.1)
    assert points.compare(torch.zeros_like(photo)) is None
