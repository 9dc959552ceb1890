"""Label maps in all their forms, and what is said of wrong ones."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    FACE_CLASSES,
    ShapeError,
    StyleGANEXError,
    choose_classes,
    class_colours,
    colour_labels,
    grey_labels,
    paint_masks,
    read_labels,
)
from styleganex_core.tasks.labels import encode_labels, eye_distance

# Some colours of PASCAL VOC's palette, as its development kit lists them.
VOC = {
    0: (0, 0, 0),
    1: (128, 0, 0),
    2: (0, 128, 0),
    3: (128, 128, 0),
    4: (0, 0, 128),
    7: (128, 128, 128),
    8: (64, 0, 0),
    15: (192, 128, 128),
    16: (0, 64, 0),
    18: (0, 192, 0),
}


@pytest.fixture
def labels() -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 19, (2, 12, 16), generator=random).to(torch.uint8)


def to_levels(picture: torch.Tensor) -> torch.Tensor:
    return ((picture + 1) * 127.5).to(torch.uint8)  # rounded down, as ComfyUI saves pictures


def to_picture(levels: torch.Tensor) -> torch.Tensor:
    return levels.float() / 127.5 - 1


def test_the_palette_is_vocs():
    colours = class_colours()
    assert colours.shape == (19, 3) and len(FACE_CLASSES) == 19
    assert len({tuple(row) for row in colours.tolist()}) == 19
    assert {number: tuple(colours[number].tolist()) for number in VOC} == VOC


def test_every_form_reads_back(labels):
    for write in (grey_labels, colour_labels):
        picture = write(labels)
        assert torch.equal(read_labels(picture), labels)
        assert torch.equal(read_labels(to_picture(to_levels(picture))), labels)
    assert torch.equal(to_levels(grey_labels(labels))[:, 0], labels)
    planes = encode_labels(labels)
    assert planes.shape == (2, 19, 12, 16) and torch.equal(planes.sum(dim=1), torch.ones(2, 12, 16))
    assert torch.equal(planes.argmax(dim=1).to(torch.uint8), labels)


def test_the_ambiguous_greys():
    empty = torch.zeros(1, 4, 4, dtype=torch.uint8)
    assert torch.equal(read_labels(grey_labels(empty)), empty)
    ear = empty.clone()
    ear[0, 1, 1] = 7  # its colour is grey 128
    assert torch.equal(read_labels(colour_labels(ear)), ear)
    with pytest.raises(StyleGANEXError, match="class 128"):
        read_labels(colour_labels(ear), "label image")


def test_a_wrong_class_is_named_with_its_place(labels):
    picture = to_levels(grey_labels(labels))
    picture[1, :, 3:5, 6:9] = 23
    with pytest.raises(StyleGANEXError) as error:
        read_labels(to_picture(picture))
    for words in ("class 23", "6 px", "x 6, y 3", "picture 1", "0 (background)", "18 (hat)"):
        assert words in str(error.value)


def test_many_wrong_classes_are_cut_short(labels):
    photo = torch.linspace(-1, 1, 300).expand(1, 3, 2, 300)
    with pytest.raises(StyleGANEXError, match=r"and \d+ more.*Parse Face"):
        read_labels(photo)


def test_a_colour_of_no_class_is_named(labels):
    picture = to_levels(colour_labels(labels))
    picture[0, :, 5, 7] = torch.tensor([255, 200, 40], dtype=torch.uint8)
    with pytest.raises(StyleGANEXError) as error:
        read_labels(to_picture(picture))
    for words in ("(255, 200, 40)", "1 px at x 7, y 5", "nearest: 11 mouth"):
        assert words in str(error.value)
    snapped = read_labels(to_picture(picture), "nearest palette colour")
    assert snapped[0, 5, 7] == 11


def test_slightly_compressed_colours_are_taken(labels):
    random = torch.Generator().manual_seed(1)
    noise = torch.randint(-20, 21, (2, 3, 12, 16), generator=random)
    picture = (to_levels(colour_labels(labels)).int() + noise).clamp(0, 255)
    assert torch.equal(read_labels(to_picture(picture), "palette image"), labels)


def test_masks_are_painted_in_the_order_of_the_classes():
    skin = torch.zeros(1, 8, 8)
    skin[:, 2:] = 1
    hair = torch.zeros(2, 8, 8)
    hair[1, :4] = 0.6
    painted = paint_masks({"hair": hair, "skin": skin})
    assert painted.shape == (2, 8, 8) and painted.dtype == torch.uint8
    assert torch.equal(painted[0], skin[0].to(torch.uint8))
    assert (painted[1, :4] == 17).all() and (painted[1, 4:] == 1).all()
    base = torch.full((1, 8, 8), 14, dtype=torch.uint8)
    over = paint_masks({"skin": skin}, base)
    assert (over[0, :2] == 14).all() and (over[0, 2:] == 1).all()
    assert (base == 14).all()


def test_masks_that_do_not_fit_are_named():
    with pytest.raises(ShapeError, match=r"skin \[1, 8, 8\], hair \[1, 4, 8\]"):
        paint_masks({"skin": torch.zeros(1, 8, 8), "hair": torch.zeros(1, 4, 8)})
    with pytest.raises(ShapeError, match="batches of"):
        paint_masks({"skin": torch.zeros(2, 8, 8), "hair": torch.zeros(3, 8, 8)})
    with pytest.raises(StyleGANEXError, match="no class called beard"):
        paint_masks({"beard": torch.zeros(1, 8, 8)})
    with pytest.raises(StyleGANEXError, match="connect"):
        paint_masks({})


def test_classes_are_chosen_by_name_number_and_range(labels):
    chosen = choose_classes(labels, "hair, 2-5, 10")
    expected = sum((labels == number).float() for number in (2, 3, 4, 5, 10, 17))
    assert torch.equal(chosen, expected)
    for wrong in ("beard", "23", "5-2", "", "1,,2", "-3"):
        with pytest.raises(StyleGANEXError, match="classes"):
            choose_classes(labels, wrong)


def test_the_distance_of_the_eyes():
    face = torch.zeros(40, 60, dtype=torch.uint8)
    assert eye_distance(face) is None
    face[10:13, 10:13] = 5
    face[14:17, 40:43] = 4
    assert eye_distance(face) == pytest.approx((30**2 + 4**2) ** 0.5)


def test_other_input_is_refused():
    with pytest.raises(StyleGANEXError, match="read as one of"):
        read_labels(torch.zeros(1, 3, 4, 4), "colour")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="B, 3, H, W"):
        read_labels(torch.zeros(1, 1, 4, 4))
    with pytest.raises(ShapeError, match="B, H, W"):
        encode_labels(torch.zeros(4, 4))
