"""The parser's training: what the loss asks for, and that a run goes on where it ended."""

from __future__ import annotations

import csv

import pytest
import torch

from styleganex_lab.parser.data import CLASSES, Labelled
from styleganex_lab.parser.label_photos import IF_BARE, UNKNOWN
from styleganex_lab.parser.measure import overlaps
from styleganex_lab.parser.train import (
    CHECKPOINT,
    CURVE,
    ParserData,
    ParserRecipe,
    partial_loss,
    train_parser,
    weigh_classes,
)
from styleganex_lab.portraits import canvas


def score(*classes: int) -> torch.Tensor:
    """Scores [1, 19, 1, N] that are sure of these classes."""
    scores = torch.zeros(1, CLASSES, 1, len(classes))
    for place, number in enumerate(classes):
        scores[0, number, 0, place] = 20
    return scores


def loss(scores: torch.Tensor, *labels: int) -> float:
    maps = torch.tensor([[labels]], dtype=torch.uint8)
    return float(partial_loss(scores, maps, torch.ones(CLASSES)))


def test_the_loss_asks_for_what_the_map_allows():
    bare_eye = IF_BARE + canvas.L_EYE
    assert loss(score(canvas.L_EYE, canvas.GLASSES), bare_eye, bare_eye) < 1e-4
    assert loss(score(canvas.SKIN), bare_eye) > 5
    assert loss(score(canvas.GLASSES), canvas.L_EYE) > 5
    # An unknown px says nothing, whatever is found there, and does not thin the others out.
    sure, unsure = (loss(score(canvas.SKIN, c), canvas.HAIR, UNKNOWN) for c in (0, 17))
    assert sure == pytest.approx(unsure) and sure > 5


def test_unknown_maps_give_no_gradient_and_no_nan():
    scores = torch.randn(1, CLASSES, 4, 4, requires_grad=True)
    value = partial_loss(
        scores, torch.full((1, 4, 4), UNKNOWN, dtype=torch.uint8), torch.ones(CLASSES)
    )
    value.backward()
    assert float(value.detach()) == 0
    assert scores.grad is not None and torch.equal(scores.grad, torch.zeros_like(scores))


def test_rare_classes_count_more():
    labels = torch.zeros(20, 20, dtype=torch.uint8)
    labels[0, :4] = canvas.MOUTH
    weights = weigh_classes(Labelled([], [labels]), 0.4)
    assert weights[canvas.MOUTH] > 3 * weights[canvas.BACKGROUND]
    share = torch.bincount(labels.flatten().int(), minlength=CLASSES) / labels.numel()
    assert float((weights * share).sum()) == pytest.approx(1, abs=0.02)


class Fixed(torch.nn.Module):
    """A parser that always finds the same map."""

    def __init__(self, labels: torch.Tensor) -> None:
        super().__init__()
        self.labels = labels

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        scores = torch.nn.functional.one_hot(self.labels.long(), CLASSES).permute(2, 0, 1)
        return scores.float().expand(len(image), -1, -1, -1)


def test_overlaps_count_known_px_only():
    truth = torch.tensor([[1, 1, UNKNOWN, IF_BARE + canvas.L_EYE]], dtype=torch.uint8)
    found = torch.tensor([[1, 17, 17, canvas.GLASSES]], dtype=torch.uint8)
    data = Labelled([torch.zeros(3, 1, 4, dtype=torch.uint8)], [truth])
    assert overlaps(Fixed(found), data) == {"skin": 0.5, "eye_g": 1.0, "hair": 0.0}


@pytest.mark.slow
def test_a_run_learns_and_goes_on_bit_for_bit(tmp_path):
    labels = torch.zeros(320, 320, dtype=torch.uint8)
    labels[:, 150:] = canvas.HAIR
    picture = (255 * (labels == canvas.HAIR)).to(torch.uint8).expand(3, -1, -1).clone()
    one = Labelled([picture], [labels])
    data = ParserData(one, one, one, one)
    recipe = ParserRecipe(steps=6, real=1, rendered=1, warm_up=1, save_every=3)
    whole = train_parser(recipe, data, tmp_path / "whole")

    class Stop(Exception):
        pass

    def stop(*_: object) -> dict[str, float]:
        raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("styleganex_lab.parser.train.measure_parser", stop)
        with pytest.raises(Stop):
            train_parser(recipe, data, tmp_path / "parts")  # ends behind its first checkpoint
    assert (tmp_path / "parts" / CHECKPOINT).is_file()
    parts = train_parser(recipe, data, tmp_path / "parts")
    for key, tensor in whole.state_dict().items():
        assert torch.equal(tensor, parts.state_dict()[key]), key
    with (tmp_path / "whole" / CURVE).open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses[1] < losses[0]
