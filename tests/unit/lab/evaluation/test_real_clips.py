"""Clips made of a still: they move smoothly, and it is known where."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import example_image
from styleganex_core.crop import find_faces
from styleganex_core.demo import load_demo
from styleganex_core.readers import load_face_readers
from styleganex_lab.evaluation.real_clips import FilmJudge, edit_film
from styleganex_lab.portraits.film import RATE, film_still


@pytest.fixture(scope="module")
def still():
    picture = F.pad(example_image("astronaut_face"), [32] * 4, mode="reflect")
    return picture, find_faces(picture)[0]


def test_the_face_lies_where_the_clip_says(still):
    film = film_still(*still, 2 * RATE, seed=1)
    assert film.frames.shape == (48, 320, 320, 3)
    for row in (0, 47):
        found = find_faces(film.pictures[row : row + 1])[0]
        off = torch.tensor(found.points) - torch.tensor(film.faces[row].points)
        assert off.norm(dim=1).mean() < 2, "px"
    eyes = torch.tensor([face.points[0] for face in film.faces])
    assert (eyes.amax(dim=0) - eyes.amin(dim=0)).max() > 15, "it moves"
    assert eyes.diff(dim=0).norm(dim=1).max() < 4, "and does not jump"
    turned = [face.roll for face in film.faces]
    assert max(turned) - min(turned) > 8
    sizes = [face.eye_distance for face in film.faces]
    assert max(sizes) / min(sizes) > 1.1
    light = film.pictures.mean(dim=(1, 2, 3))
    assert light.amax() - light.amin() > 0.05


def test_a_seed_is_a_clip_and_a_longer_one_begins_alike(still):
    short, long, other = (film_still(*still, *how) for how in ((2, 1), (4, 1), (2, 2)))
    assert torch.equal(short.frames, long.frames[:2]) and short.faces == long.faces[:2]
    assert not torch.equal(short.frames, other.frames)


def test_figures_of_a_clip_that_stays_and_of_one_that_flickers(still):
    film = film_still(*still, 3, seed=1)
    known = FilmJudge(film, load_face_readers())
    same = known.compare(film.pictures, ("age", 2.0))
    assert (same.change, same.face_change, same.likeness, same.worst) == (1, 1, 0, 0)
    assert (same.gain, same.asked, same.found) == (0, 0, 1)
    dark = film.pictures.clone()
    x, y = (round(place) for place in film.faces[1].points[2])
    dark[1, :, y - 30 : y + 30, x - 30 : x + 30] = -1  # the nose is gone in one frame
    figures = known.compare(dark, ("light_right", 2.0))
    assert figures.face_change > figures.change > 1.2
    assert figures.worst > 0.3 and figures.likeness == 0 and figures.spread > 0.1
    assert figures.gain is None and figures.asked is None, "nothing reads it"


@pytest.mark.slow
def test_an_edit_of_a_clip_is_seen_and_leaves_the_rest_alone(still):
    film = film_still(*still, 3, seed=1)
    model = load_demo()
    made = edit_film(model, film, ("smile", -2.0))
    assert made.shape == film.pictures.shape
    assert torch.equal(made[..., :20, :20], film.pictures[..., :20, :20]), "a corner"
    figures = FilmJudge(film, load_face_readers()).compare(made, ("smile", -2.0))
    assert figures.gain < -0.1 and figures.asked == 1 and figures.found == 1
    assert 0 < figures.likeness <= figures.worst < 0.5
