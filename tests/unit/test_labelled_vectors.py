"""Edit vectors from what readers say of random people."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

import styleganex_core as core
from styleganex_core import labelled_vectors as labels
from styleganex_core.labelled_vectors import LABELS, find_labelled_vector

from .tiny import STYLE_DIM, tiny_model

SLOTS = 10  # of a 64 px generator


class Redness:
    """Stands in for the readers: 'turn' is how red a picture is, and some are no face."""

    def __init__(self, faces: float = 1.0) -> None:
        self.faces, self.seen = faces, 0

    def __call__(self, pictures: torch.Tensor) -> SimpleNamespace:
        self.seen += len(pictures)
        red = pictures[:, 0].mean(dim=(1, 2)) - pictures[:, 1].mean(dim=(1, 2))
        presence = (torch.arange(len(pictures)) < self.faces * len(pictures)).float()
        expression = torch.zeros(len(pictures), 7)
        expression[:, 1] = -red
        return SimpleNamespace(yaw=red, presence=presence, expression=expression)


@pytest.fixture(scope="module")
def model():
    return tiny_model(64, encoder=False)


@pytest.fixture(autouse=True)
def few_others(monkeypatch):
    """The vectors are tried out on fewer people."""
    monkeypatch.setattr(labels, "OTHERS", 16)


def test_the_vector_raises_what_was_asked_for(model):
    found = find_labelled_vector(model, "turn", samples=40, readers=Redness())
    assert found.vector.shape == (SLOTS, STYLE_DIM)
    assert found.people == 40
    assert found.low < found.high
    assert found.gain > 0
    assert found.right > 0.8
    again = find_labelled_vector(model, "turn", samples=40, readers=Redness())
    torch.testing.assert_close(again.vector, found.vector)


def test_an_expression_is_read_by_name(model):
    red = find_labelled_vector(model, "turn", samples=30, readers=Redness())
    happy = find_labelled_vector(model, "happy", samples=30, readers=Redness())
    torch.testing.assert_close(happy.vector, -red.vector, atol=1e-5, rtol=1e-4)


def test_layers_and_kept_vectors_are_respected(model):
    kept = torch.randn(SLOTS, STYLE_DIM, generator=torch.Generator().manual_seed(3))
    found = find_labelled_vector(
        model, "turn", samples=20, readers=Redness(), layers="2-4", orthogonal_to=[kept]
    )
    assert found.vector[:2].abs().sum() == found.vector[5:].abs().sum() == 0
    assert abs((found.vector * kept).sum()) < 1e-4 * found.vector.norm() * kept.norm()


def test_pictures_without_a_face_do_not_count(model):
    found = find_labelled_vector(model, "turn", samples=40, readers=Redness(faces=0.5))
    assert found.people == 20
    with pytest.raises(core.StyleGANEXError, match="only 0 of 24"):
        find_labelled_vector(model, "turn", samples=24, readers=Redness(faces=0))


def test_progress_is_told_and_may_stop_it(model):
    told = []
    find_labelled_vector(
        model, "turn", samples=22, readers=Redness(), progress=lambda *step: told.append(step)
    )
    assert told[-1][0] == told[-1][1] > 22
    assert told == sorted(told)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    readers = Redness()
    with pytest.raises(KeyboardInterrupt):
        find_labelled_vector(model, "turn", samples=200, readers=readers, progress=stop)
    assert readers.seen < 20


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_any_seed_works(model, seed):
    assert find_labelled_vector(model, "turn", samples=20, seed=seed, readers=Redness())


def test_what_cannot_work_is_refused(model):
    with pytest.raises(core.StyleGANEXError, match="label is one of smile"):
        find_labelled_vector(model, "beauty", readers=Redness())
    with pytest.raises(core.StyleGANEXError, match="at least 20"):
        find_labelled_vector(model, "turn", samples=19, readers=Redness())


def test_every_label_is_something_the_readers_say():
    readers = core.readers.load_face_readers()
    found = readers(core.example_image("astronaut_face"))
    for name in LABELS.values():
        assert name in core.readers.EXPRESSIONS or hasattr(found, name)
