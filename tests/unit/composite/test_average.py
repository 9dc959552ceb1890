"""What faces change on average lands on the face, wherever it is, and nowhere else."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_core.composite.average import change_face
from styleganex_core.datatypes import AverageChange
from styleganex_core.errors import ShapeError
from styleganex_core.warp import Rows

HOME = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def place_at(x: float, y: float, scale: float = 1.0, degrees: float = 0.0) -> Rows:
    """From px of the aligned face, turned about its origin, to px of a picture."""
    cosine, sine = (scale * f(math.radians(degrees)) for f in (math.cos, math.sin))
    return ((cosine, -sine, x), (sine, cosine, y))


def mesh_of(matrix: Rows) -> torch.Tensor:
    """An even grid of points over the aligned face, in px of the picture."""
    points = mean_places()
    rows = torch.tensor(matrix)
    return points @ rows[:, :2].T + rows[:, 2]


def mean_places() -> torch.Tensor:
    steps = torch.linspace(64, 192, 21)
    return torch.cartesian_prod(steps, steps)


def change_of(
    *, shape: tuple[float, float] = (0.0, 0.0), colour: float = 0.0, detail: float = 0.0
) -> AverageChange:
    """`colour` is that of the px around (100, 140) of the aligned face."""
    places, side = mean_places(), 128
    maps = torch.zeros(3, side, side)
    maps[:, 66:75, 46:55] = colour
    return AverageChange(
        places,
        torch.tensor(shape).expand_as(places),
        maps,
        torch.full((1, side, side), detail),
    )


def noise(side: int) -> torch.Tensor:
    return 0.2 * torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))


PLACES = [
    HOME,
    place_at(20, 60, 0.5),
    place_at(300, 20, 1.5, 40.0),
    place_at(400, 90, 1.0, 90.0),
]


@pytest.mark.parametrize("matrix", PLACES)
def test_a_colour_lands_on_its_place_of_the_face(matrix):
    picture = torch.zeros(1, 3, 600, 600)
    changed = change_face(picture, mesh_of(matrix), matrix, change_of(colour=0.5))
    ys, xs = torch.nonzero(changed[0, 0] > 0.25, as_tuple=True)
    middle = torch.stack([xs.float().mean(), ys.float().mean()])
    rows = torch.tensor(matrix)
    wanted = rows[:, :2] @ torch.tensor([100.0, 140.0]) + rows[:, 2]
    assert (middle - wanted).abs().max() < 1.5, (middle, wanted)
    size = math.hypot(matrix[0][0], matrix[1][0]) * 18
    assert len(xs) == pytest.approx(size**2, rel=0.25), "as large as on the face"


@pytest.mark.parametrize("matrix", PLACES)
def test_points_move_as_the_shape_says_and_far_px_stay_exactly(matrix):
    picture = torch.full((1, 3, 900, 900), -1.0)
    rows = torch.tensor(matrix)
    x, y = (rows[:, :2] @ torch.tensor([128.0, 128.0]) + rows[:, 2]).round().int().tolist()
    picture[..., y - 2 : y + 3, x - 2 : x + 3] = 1
    picture[..., 880:, 880:] = noise(20)
    changed = change_face(picture, mesh_of(matrix), matrix, change_of(shape=(6.0, -4.0)))
    ys, xs = torch.nonzero(changed[0, 0, :870, :870] > 0, as_tuple=True)
    moved = torch.stack([xs.float().mean() - x, ys.float().mean() - y])
    assert (moved - rows[:, :2] @ torch.tensor([6.0, -4.0])).abs().max() < 1.0, moved
    assert torch.equal(changed[..., 880:, 880:], picture[..., 880:, 880:])


def test_detail_grows_by_its_factor_and_colours_stay():
    picture = noise(256)
    changed = change_face(picture, mesh_of(HOME), HOME, change_of(detail=math.log(1.5)))
    inside = (slice(None), slice(None), slice(90, 166), slice(90, 166))
    fine = [one[inside].diff(dim=-1).square().mean().sqrt() for one in (changed, picture)]
    assert fine[0] / fine[1] == pytest.approx(1.5, rel=0.1)
    assert (changed[inside].mean() - picture[inside].mean()).abs() < 0.002


def test_a_change_of_nothing_changes_nothing():
    picture = noise(200)
    same = change_face(picture, mesh_of(HOME), HOME, change_of(shape=(3.0, 1.0), colour=1.0) * 0.0)
    assert (same - picture).abs().max() < 1e-4


@pytest.mark.parametrize("matrix", [place_at(-150, -150), place_at(-900, 0), place_at(0, 0, 0.01)])
def test_faces_over_the_edge_out_of_the_picture_or_tiny_are_no_trouble(matrix):
    picture = noise(64)
    changed = change_face(picture, mesh_of(matrix), matrix, change_of(shape=(2.0, 0.0), colour=0.1))
    assert changed.shape == picture.shape and bool(changed.isfinite().all())


def test_changes_add_up():
    one, other = change_of(shape=(2.0, 0.0)), change_of(colour=0.5, detail=0.1)
    total = one * 2 + other * -1.0
    assert torch.equal(total.shape[0], torch.tensor([4.0, 0.0]))
    assert total.colour.min() == -0.5
    assert total.detail.max() == pytest.approx(-0.1)


@pytest.mark.parametrize("part", ["places", "shape", "colour", "detail"])
def test_parts_that_do_not_fit_together_are_told(part):
    whole = change_of()
    parts = {name: getattr(whole, name) for name in ("places", "shape", "colour", "detail")}
    parts[part] = parts[part][..., :-1]
    with pytest.raises(ShapeError, match=r"of a change are"):
        AverageChange(**parts)
