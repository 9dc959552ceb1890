"""Pose, mouth, eyes and colours against the truth of rendered people."""

from __future__ import annotations

import pytest
import torch

import styleganex_core as core
from styleganex_core.readers.shape import find_axes, measure_shape
from styleganex_lab.portraits import ATTRIBUTES, render_portraits, sample_attributes

ATTRIBUTE = {name: index for index, name in enumerate(ATTRIBUTES)}
COUNT = 10
SIDE = 144  # px of the aligned pictures: quicker to draw than 256


@pytest.fixture(scope="module")
def readers():
    return core.readers.load_face_readers()


def people(**changes: torch.Tensor) -> torch.Tensor:
    """Attributes of `COUNT` people without glasses, turned little, their eyes open."""
    attributes = sample_attributes(COUNT, seed=11)
    attributes[:, ATTRIBUTE["glasses"]] = -1
    attributes[:, ATTRIBUTE["fringe"]] = -1
    attributes[:, [ATTRIBUTE["yaw"], ATTRIBUTE["pitch"]]] *= 0.4
    attributes[:, ATTRIBUTE["eyes_open"]] = attributes[:, ATTRIBUTE["eyes_open"]].abs()
    for name, values in changes.items():
        attributes[:, ATTRIBUTE[name]] = values
    return attributes


@torch.no_grad()
def read(readers, attributes):
    parts = [readers(render_portraits(part, size=SIDE).image) for part in attributes.split(16)]
    return {name: torch.cat([vars(part)[name] for part in parts]) for name in vars(parts[0])}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "attribute", "low", "high", "share"),
    [
        ("yaw", "yaw", -0.6, 0.6, 1.0),
        ("pitch", "pitch", -0.9, 0.9, 0.9),
        ("mouth_open", "mouth_open", -1.0, 0.9, 0.95),
        ("smile", "smile", -0.8, 0.8, 0.95),
        ("eyes_open", "eyes_open", -0.6, 0.8, 0.95),
        ("gaze_x", "gaze_x", -0.8, 0.8, 0.95),
        ("gaze_y", "gaze_y", -1.0, 1.0, 0.85),
        ("hair_light", "hair_light", -0.9, 0.9, 0.9),
        ("skin_light", "skin_tone", 0.8, -0.8, 0.95),
    ],
)
def test_more_of_it_reads_as_more(readers, reader, attribute, low, high, share):
    constant = {"age": torch.full((COUNT,), -0.5)}  # grey hair hides its colour
    less, more = (
        read(readers, people(**constant, **{attribute: torch.full((COUNT,), value)}))
        for value in (low, high)
    )
    rises = (more[reader] > less[reader]).float().mean()
    assert rises >= share, f"{reader} rose for {100 * rises:.0f} %"


def test_a_yaw_is_read_in_degrees(readers):
    yaw = torch.linspace(-0.8, 0.8, COUNT)
    found = read(readers, people(yaw=yaw))["yaw"]
    assert (found - 32 * yaw).abs().mean() < 5
    assert torch.corrcoef(torch.stack([found, yaw]))[0, 1] > 0.95


def test_a_mirrored_picture_looks_and_turns_the_other_way(readers):
    picture = render_portraits(people(yaw=torch.full((COUNT,), 0.5))[:4], size=SIDE).image
    found, mirrored = readers(picture), readers(picture.flip(3))
    for name in ("yaw", "gaze_x"):
        assert (getattr(found, name) * getattr(mirrored, name)).mean() < 0, name
        gap = (getattr(found, name) + getattr(mirrored, name)).abs().mean()
        assert gap < 0.5 * getattr(found, name).abs().mean() + 0.3
    for name in ("mouth_open", "smile", "eyes_open", "pitch", "skin_light"):
        scale = {"pitch": 5.0, "smile": 0.3}.get(name, 0.04)
        gap = (getattr(found, name) - getattr(mirrored, name)).abs().mean()
        assert gap < scale, f"{name} changed by {gap:.3f}"


def test_turning_a_mesh_turns_its_pose():
    random = torch.Generator().manual_seed(0)
    mesh = torch.randn(1, 478, 3, generator=random)
    axes = find_axes(mesh)
    straight = torch.einsum("bij,bnj->bni", axes, mesh)
    yaw, pitch = torch.tensor(0.3), torch.tensor(0.2)
    about_x = torch.tensor(
        [[1, 0, 0], [0, pitch.cos(), pitch.sin()], [0, -pitch.sin(), pitch.cos()]]
    )
    about_y = torch.tensor([[yaw.cos(), 0, -yaw.sin()], [0, 1, 0], [yaw.sin(), 0, yaw.cos()]])
    turned = straight @ (about_y @ about_x).T
    points68 = torch.randn(1, 68, 2, generator=random)
    shape = measure_shape(turned, points68)
    torch.testing.assert_close(shape.yaw, torch.rad2deg(yaw)[None], atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(shape.pitch, torch.rad2deg(pitch)[None], atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(shape.roll, torch.zeros(1), atol=1e-3, rtol=0)


def test_every_figure_has_a_gradient(readers):
    picture = core.example_image("astronaut_face").clone().requires_grad_()
    found = readers(picture)
    for name in ("yaw", "smile", "mouth_open", "eyes_open", "gaze_x", "gaze_y"):
        figure = getattr(found, name).sum()
        (gradient,) = torch.autograd.grad(figure, picture, retain_graph=True)
        assert torch.isfinite(gradient).all(), name
        assert gradient.abs().sum() > 0, name


def test_irises_lie_where_they_are_drawn(readers):
    """Their centres, in px of the 256 px picture, on people who look at the viewer."""
    attributes = people(gaze_x=torch.zeros(COUNT), gaze_y=torch.zeros(COUNT))
    attributes[:, [ATTRIBUTE["yaw"], ATTRIBUTE["pitch"]]] = 0
    drawn = render_portraits(attributes)
    with torch.no_grad():
        mesh, _ = readers.read_mesh(drawn.image)
    assert mesh.shape == (COUNT, 478, 3)
    for row, iris in enumerate((468, 473)):
        off = mesh[:, iris, :2] - drawn.landmarks[:, row]
        assert off.mean(dim=0).abs().max() < 1.5
        assert off.norm(dim=1).mean() < 3


def test_the_astronauts_face(readers):
    found = readers(core.example_image("astronaut_face"))
    assert float(found.smile[0]) > 0.6
    assert abs(float(found.yaw[0])) < 25
    assert abs(float(found.roll[0])) < 5
    assert 0.2 < float(found.skin_light[0]) < 0.9
    assert float(found.hair_light[0]) < float(found.skin_light[0])
