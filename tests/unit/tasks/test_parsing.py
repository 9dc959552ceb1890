"""BiSeNet against another writing of it, on the keys of the published file; and the bundled parser,
on a photo of a real person and on a render with its truth.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from styleganex_core import (
    FACE_CLASSES,
    CheckpointError,
    StyleGANEXError,
    find_faces,
    load_face_parser,
    parse_face,
)
from styleganex_core.demo import example_image

from ..tiny import random_picture
from .published_parser import published_tensors


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    return published_tensors()


@pytest.fixture(scope="module")
def file(published, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("parser") / "79999_iter.pth"
    torch.save(published, path)
    return path


@pytest.fixture(scope="module")
def parser(file):
    return load_face_parser(file)


def reference_scores(t: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """BiSeNet written down again with the file's own names; x normalised as for ImageNet."""

    def norm(x, name):
        return F.batch_norm(
            x, t[f"{name}.running_mean"], t[f"{name}.running_var"], t[f"{name}.weight"],
            t[f"{name}.bias"], training=False, eps=1e-5,
        )  # fmt: skip

    def conv(x, name, stride=1):
        weight = t[f"{name}.weight"]
        return F.conv2d(x, weight, None, stride, weight.shape[-1] // 2)

    def unit(x, name):
        return F.relu(norm(conv(x, f"{name}.conv"), f"{name}.bn"))

    def attend(x, size):
        x = unit(x, f"cp.arm{size}.conv")
        pooled = F.adaptive_avg_pool2d(x, 1)
        gate = norm(conv(pooled, f"cp.arm{size}.conv_atten"), f"cp.arm{size}.bn_atten")
        return x * gate.sigmoid()

    size = x.shape[2:]
    x = F.relu(norm(conv(x, "cp.resnet.conv1", 2), "cp.resnet.bn1"))
    x = F.max_pool2d(x, kernel_size=3, stride=2, padding=1)
    stages = {}
    for stage in (1, 2, 3, 4):
        for block in (0, 1):
            name = f"cp.resnet.layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            y = F.relu(norm(conv(x, f"{name}.conv1", stride), f"{name}.bn1"))
            y = norm(conv(y, f"{name}.conv2"), f"{name}.bn2")
            if f"{name}.downsample.0.weight" in t:
                x = norm(conv(x, f"{name}.downsample.0", stride), f"{name}.downsample.1")
            x = F.relu(x + y)
        stages[stage] = x
    feat8, feat16, feat32 = stages[2], stages[3], stages[4]
    mean = unit(F.adaptive_avg_pool2d(feat32, 1), "cp.conv_avg")
    up = attend(feat32, 32) + mean.expand(-1, -1, *feat32.shape[2:])
    up = unit(F.interpolate(up, feat16.shape[2:]), "cp.conv_head32")
    up = unit(F.interpolate(attend(feat16, 16) + up, feat8.shape[2:]), "cp.conv_head16")
    fused = unit(torch.cat([feat8, up], 1), "ffm.convblk")
    gate = conv(F.relu(conv(F.adaptive_avg_pool2d(fused, 1), "ffm.conv1")), "ffm.conv2").sigmoid()
    fused = fused * gate + fused
    scores = conv(unit(fused, "conv_out.conv"), "conv_out.conv_out")
    return F.interpolate(scores, size, mode="bilinear", align_corners=True)


def normalise(image: torch.Tensor) -> torch.Tensor:
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    return ((image + 1) / 2 - mean) / torch.tensor([0.229, 0.224, 0.225])[:, None, None]


@pytest.mark.parametrize("size", [(64, 96), (75, 61)])
def test_scores_equal_the_reference(parser, published, size):
    picture = random_picture(*size, batch=2)
    expected = reference_scores(published, normalise(picture))
    came = parser(picture)
    assert came.shape == (2, 19, *size)
    torch.testing.assert_close(came, expected, rtol=1e-4, atol=1e-4 * float(expected.std()))


def test_labels_are_those_of_the_picture_at_double_size(parser, published):
    picture = random_picture(48, 40)
    large = F.interpolate(picture, scale_factor=2, mode="bilinear", align_corners=False)
    expected = reference_scores(published, normalise(large))[..., ::2, ::2].argmax(1)
    labels = parse_face(parser, picture)
    assert labels.dtype == torch.uint8 and labels.shape == (1, 48, 40)
    assert (labels == expected).float().mean() > 0.999


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (33, 20)])
def test_any_size_is_parsed(parser, size):
    assert parse_face(parser, random_picture(*size), enlarge=1).shape[1:] == size


def test_wrappings_of_the_file_are_taken(parser, published, tmp_path):
    plain = parser.state_dict()
    nested = tmp_path / "nested.pth"
    torch.save({"state_dict": {f"module.{key}": value for key, value in published.items()}}, nested)
    bare = tmp_path / "parser.safetensors"
    kept = {k: v for k, v in published.items() if "conv_out16" not in k and "tracked" not in k}
    save_file(kept, bare)
    for path in (nested, bare):
        for key, value in load_face_parser(path).state_dict().items():
            if not key.endswith("tracked"):
                assert torch.equal(value, plain[key])


def test_incomplete_and_other_files_are_named(published, tmp_path):
    path = tmp_path / "79999_iter.pth"
    torch.save({k: v for k, v in published.items() if k != "ffm.conv1.weight"}, path)
    with pytest.raises(CheckpointError, match=r"it lacks ffm\.conv1\.weight"):
        load_face_parser(path)
    torch.save(published | {"conv_out.conv_out.weight": torch.zeros(11, 256, 1, 1)}, path)
    with pytest.raises(CheckpointError, match=r"conv_out\.conv_out\.weight is \[11, 256, 1, 1\]"):
        load_face_parser(path)
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(CheckpointError, match="not a BiSeNet face parser"):
        load_face_parser(path)
    with pytest.raises(StyleGANEXError, match="enlarge"):
        parse_face(None, random_picture(), enlarge=0)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bundled():
    return load_face_parser()


@pytest.fixture(scope="module")
def astronaut() -> torch.Tensor:
    return example_image("astronaut_face")


def middle(labels: torch.Tensor, *names: str) -> tuple[float, float]:
    """(x, y) of the middle of some classes of a map [1, H, W]."""
    numbers = torch.tensor([FACE_CLASSES.index(name) for name in names])
    places = torch.isin(labels[0], numbers.to(torch.uint8)).nonzero().float()
    assert len(places), f"no {' or '.join(names)} was found"
    y, x = places.mean(dim=0).tolist()
    return x, y


def test_the_bundled_parser_finds_a_real_persons_parts(bundled, astronaut):
    labels = parse_face(bundled, astronaut)
    assert labels.dtype == torch.uint8 and labels.shape == (1, *astronaut.shape[-2:])
    (face,) = find_faces(astronaut)
    left, right, nose, *mouth = face.points  # the picture's left is the subject's right
    mouth = [sum(axis) / 2 for axis in zip(*mouth, strict=True)]
    apart = right[0] - left[0]
    for names, (x, y) in (
        (("r_eye",), left), (("l_eye",), right), (("mouth", "u_lip", "l_lip"), mouth),
    ):  # fmt: skip
        found = middle(labels, *names)
        assert abs(found[0] - x) < 0.15 * apart and abs(found[1] - y) < 0.15 * apart, names
    assert middle(labels, "hair")[1] < left[1] < middle(labels, "nose")[1] < mouth[1]
    assert abs(middle(labels, "nose")[0] - nose[0]) < 0.15 * apart
    skin = labels == FACE_CLASSES.index("skin")
    assert 0.1 < skin.float().mean() < 0.5


def test_the_bundled_parser_knows_the_subjects_left(bundled, astronaut):
    """The mirrored picture has the mirrored map, with left and right exchanged."""
    labels, mirrored = (parse_face(bundled, x) for x in (astronaut, astronaut.flip(3)))
    for one, other in (("l_eye", "r_eye"), ("l_brow", "r_brow")):
        x, y = middle(labels, one)
        again = middle(mirrored.flip(2), other)
        assert abs(x - again[0]) < 6 and abs(y - again[1]) < 6


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (33, 20)])
def test_the_bundled_parser_takes_any_size(bundled, size):
    assert parse_face(bundled, random_picture(*size)).shape[1:] == size


def test_a_batch_is_parsed_like_its_pictures(bundled, astronaut):
    both = torch.cat([astronaut, astronaut.flip(2)])
    alone = torch.cat([parse_face(bundled, x) for x in both.split(1)])
    assert (parse_face(bundled, both) == alone).float().mean() > 0.999


def test_a_portrait_of_twice_the_size_gives_the_same_map(bundled, astronaut):
    small = parse_face(bundled, astronaut)
    large = F.interpolate(astronaut, scale_factor=2, mode="bilinear")
    labels = parse_face(bundled, large, enlarge=1)
    assert labels.shape[-2:] == large.shape[-2:]
    assert (labels[:, ::2, ::2] == small).float().mean() > 0.95
