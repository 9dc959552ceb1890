"""The faces of a clip move with an edit, steadily."""

from __future__ import annotations

import math

import pytest
import torch

import styleganex_core as sx
from styleganex_core import ClipEdit, ClipSettings, edit_frames, parse_keyframes
from styleganex_core.composite.mouth import LIP_RIMS
from styleganex_core.crop.align import plan_whole, style_matrix
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.readers import load_face_readers, read_face
from styleganex_core.video import TensorClip, expression
from styleganex_core.video.drawing import Drawings
from styleganex_core.video.expression import NEW, PersonMotion

from .clips import RATE, track_of

SIZE = (256, 256)
FACE = face_from_points([(96, 120), (160, 120), (128, 150), (104, 186), (152, 186)])
PLACE = plan_whole(SIZE, largest=256)
CROP = torch.zeros(1, 3, *SIZE)
LOWER = list(LIP_RIMS[1][1:-1])


def mesh(opened: float = 0.0, shift: float = 0.0) -> torch.Tensor:
    """A mesh of points all over a face, whose lower lip is `opened` px down."""
    points = torch.rand(478, 3, generator=torch.Generator().manual_seed(0)) * 120 + 68
    points[list(LIP_RIMS[0]), 1] = 180.0
    points[list(LIP_RIMS[0]), 0] = torch.linspace(106, 150, 11)
    points[LOWER, :2] = points[list(LIP_RIMS[0][1:-1]), :2]
    points[LOWER, 1] += opened
    return points + torch.tensor([shift, 0.0, 0.0])


def read(person: PersonMotion, index: int, held: torch.Tensor | None = None):
    return person.read(CROP, Drawings(CROP + 0.1, CROP, held), index, FACE, PLACE)


@pytest.fixture
def seen(monkeypatch):
    """What is read next: the meshes of both drawings and, where they differ, of the crop."""
    found: list[torch.Tensor | None] = []
    monkeypatch.setattr(expression, "read_mesh", lambda picture, matrix, size: found.pop(0))
    return found


def opening(motion) -> float:
    return float((motion.lips.after - motion.lips.before)[LOWER, 1].mean())


def test_what_the_edit_moves_moves_in_the_frame(seen):
    seen += [mesh(), mesh(10.0), mesh(shift=3)]
    motion = read(PersonMotion(), 4)
    assert motion.turn is None
    assert opening(motion) == pytest.approx(10.0, abs=0.5)
    torch.testing.assert_close(motion.lips.before, mesh(shift=3)[:, :2], atol=1e-2, rtol=0)
    across = style_matrix(FACE)
    scale = math.hypot(across[0][0], across[1][0])
    assert motion.lips.scale == pytest.approx(scale, rel=0.01)


def test_meshes_are_steadied_a_lost_face_stays_and_a_gap_starts_anew(seen):
    seen += [mesh(), mesh(10.0), mesh()]
    seen += [mesh(), mesh(20.0), mesh()]
    seen += [None, None, mesh()]
    seen += [mesh(), mesh(20.0), mesh()]
    person = PersonMotion()
    found = [opening(read(person, index)) for index in (4, 5, 6, 9)]
    assert found[1] == pytest.approx(10 + NEW * 10, abs=0.5)
    assert found[2] == found[1]
    assert found[3] == pytest.approx(20.0, abs=0.5)


def test_what_does_not_move_and_who_is_not_seen_move_nothing(seen):
    seen += [mesh(shift=0.1), mesh()]
    assert read(PersonMotion(), 0) is None
    seen += [None, mesh(10.0)]
    assert read(PersonMotion(), 0) is None


def test_a_head_turns_only_where_the_edit_is_known_to_or_nobody_knows(seen):
    """A smile turns the mesh of a drawing, and no head."""
    front = mesh()
    angle = math.radians(12)
    x, depth = front[:, 0] - 128, front[:, 2] - front[:, 2].mean()
    turned = front.clone()
    turned[:, 0] = 128 + math.cos(angle) * x + math.sin(angle) * depth
    turned[:, 2] = math.cos(angle) * depth - math.sin(angle) * x
    seen += [front, turned, front]
    assert read(PersonMotion(), 0).turn is not None
    seen += [front, turned, front]
    smile = read(PersonMotion(), 0, held=CROP + 0.1)
    assert smile.turn is None and not seen, "the edited drawing is read once"
    seen += [front, turned, front]
    assert read(PersonMotion(), 0, held=CROP).turn is not None
    assert not seen, "the unedited drawing is read once"
    seen += [front, turned, front, front]
    assert read(PersonMotion(), 0, held=CROP + 0.05).turn is not None
    assert not seen


@pytest.mark.slow
def test_a_mouth_opens_in_a_clip_as_it_does_in_a_photo():
    model, readers = sx.load_demo(), load_face_readers()
    photo = sx.example_image("astronaut")[..., :256, 96:352]
    face = sx.find_faces(photo)[0]
    clip = TensorClip(sx.to_bhwc(photo).expand(3, -1, -1, -1), RATE)
    track = track_of([face] * 3, size=SIZE)
    edits = [ClipEdit(model.edit_vectors["mouth_open"], parse_keyframes("0:0, 2:2"))]
    settings = ClipSettings(reach=128)
    frames = edit_frames(model, clip.read(sx.Selection()), track, edits, settings=settings)
    made = [frame.to_picture() for frame in frames]
    before, after = (read_face(one, face, readers=readers) for one in (photo, made[2]))
    assert after.mouth_open > before.mouth_open + 0.03
    assert (made[0] - photo).abs().max() < 0.02, "not edited yet"
    lips = (after.points[14, :2] + after.points[13, :2]) / 2
    x, y = (round(float(v)) for v in lips)
    deep = made[2][0, :, y : y + 3, x - 2 : x + 3]
    assert deep.mean() < photo[0, :, y : y + 3, x - 2 : x + 3].mean() - 0.2, "teeth no more"
