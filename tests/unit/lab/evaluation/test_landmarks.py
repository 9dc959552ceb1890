"""How far points moved, of a picture of which it is known."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import example_image
from styleganex_core.crop import find_faces
from styleganex_core.readers import load_face_readers
from styleganex_core.warp import warp
from styleganex_lab.evaluation.landmarks import measure_points

MOVED = 6.0  # px to the right


def test_points_that_moved_with_the_picture_are_off_by_that_much():
    photo = example_image("astronaut_face")
    face = find_faces(photo)[0]
    made = warp(photo, ((1.0, 0.0, -MOVED), (0.0, 1.0, 0.0)), (256, 256))
    readers = load_face_readers()
    assert measure_points(photo, face, photo, readers) == (True, 0.0, 0.0)
    found, points, mesh = measure_points(photo, face, made, readers)
    wanted = 100 * MOVED / (2 / 0.84 * face.eye_distance)
    assert found
    assert points == pytest.approx(wanted, rel=0.1), (
        "a reader that looks at the old place says 90 %"
    )
    assert mesh == pytest.approx(wanted, rel=0.1)
    assert measure_points(photo, face, torch.zeros_like(photo), readers) == (False, None, None)
