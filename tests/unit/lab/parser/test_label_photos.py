"""Label maps of portraits from what segmentation networks and the mesh say of them.

The truth of a render stands for the segmentation networks; its mesh is read by the bundled network.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from styleganex_core.readers import load_face_readers
from styleganex_lab.parser.label_photos import (
    GROWN,
    IF_BARE,
    SIDE,
    UNKNOWN,
    Segments,
    label_portrait,
)
from styleganex_lab.portraits import aligned_placement, canvas, render_portraits, sample_attributes

BARE = [canvas.SKIN, canvas.NOSE, canvas.NECK, canvas.L_EAR, canvas.R_EAR]


@pytest.fixture(scope="module")
def portrait() -> tuple[torch.Tensor, np.ndarray]:
    """The points of a rendered face, and its true labels, as of a portrait of 320 px."""
    place = aligned_placement(1, 256, 256).clone()
    place[:, :2] += (SIDE - 256) / 2
    person = sample_attributes(1, seed=3)
    drawn = render_portraits(person, size=SIDE, placement=place)
    mesh, presence = load_face_readers().read_mesh(drawn.image, grown=GROWN)
    assert presence > 0.5
    return mesh[0], drawn.labels[0].numpy()


def segments_of(truth: np.ndarray) -> Segments:
    def share(*classes: int) -> np.ndarray:
        return np.isin(truth, classes).astype(np.float32)

    return Segments(
        share(canvas.HAIR), 1 - share(canvas.BACKGROUND), share(*BARE), share(canvas.CLOTH)
    )


def test_the_map_says_what_is_there(portrait):
    mesh, truth = portrait
    found = label_portrait(segments_of(truth), mesh)
    assert found.shape == (SIDE, SIDE) and found.dtype == np.uint8
    bare = np.where((found >= IF_BARE) & (found != UNKNOWN), found - IF_BARE, found)
    known = bare != UNKNOWN
    assert known.mean() > 0.85
    assert (bare == truth)[known].mean() > 0.9
    for part in (canvas.HAIR, canvas.CLOTH, canvas.BACKGROUND):
        assert ((bare == part) & (truth == part)).sum() > 0.8 * (truth == part).sum()


def test_features_lie_where_they_are_and_left_is_the_subjects(portrait):
    mesh, truth = portrait
    found = label_portrait(segments_of(truth), mesh)
    bare = np.where((found >= IF_BARE) & (found != UNKNOWN), found - IF_BARE, found)
    for part in (canvas.L_EYE, canvas.R_EYE, canvas.L_BROW, canvas.R_BROW, canvas.L_LIP):
        places, true = (np.argwhere(m == part).mean(axis=0) for m in (bare, truth))
        assert np.linalg.norm(places - true) < 10, part
    assert np.argwhere(bare == canvas.L_EYE)[:, 1].mean() > np.argwhere(bare == canvas.R_EYE).max()


def test_glasses_are_left_open_around_the_eyes_only(portrait):
    mesh, truth = portrait
    found = label_portrait(segments_of(truth), mesh)
    may_be_covered = np.argwhere((found >= IF_BARE) & (found != UNKNOWN))
    eyes = np.argwhere(np.isin(found, [IF_BARE + canvas.L_EYE, IF_BARE + canvas.R_EYE]))
    assert len(eyes) and not np.isin(found, [canvas.L_EYE, canvas.R_EYE]).any()
    assert abs(may_be_covered[:, 0].mean() - eyes[:, 0].mean()) < 15
    assert (found == canvas.SKIN).sum() > 500  # cheeks and forehead are skin, whatever is worn


def test_where_the_networks_disagree_nothing_is_said(portrait):
    mesh, _ = portrait
    unsure = Segments(*(np.full((SIDE, SIDE), 0.45, np.float32) for _ in range(4)))
    found = label_portrait(unsure, mesh)
    outside = np.ones_like(found, bool)
    outside[90:260, 80:240] = False  # the face itself, which the mesh places
    assert (found[outside] == UNKNOWN).mean() > 0.95


def test_a_fringe_hides_what_is_below_it(portrait):
    mesh, truth = portrait
    veiled = truth.copy()
    veiled[: SIDE // 2 - 20] = canvas.HAIR
    found = label_portrait(segments_of(veiled), mesh)
    assert not np.isin(found[: SIDE // 2 - 25], [canvas.L_BROW, IF_BARE + canvas.L_BROW]).any()


def test_who_wears_no_glasses_has_certain_eyes(portrait):
    mesh, truth = portrait
    found = label_portrait(segments_of(truth), mesh, without_glasses=True)
    assert set(np.unique(found)) <= {*range(19), UNKNOWN}
    covered = label_portrait(segments_of(truth), mesh)
    bare = np.where((covered >= IF_BARE) & (covered != UNKNOWN), covered - IF_BARE, covered)
    np.testing.assert_array_equal(found, bare)
