"""Faces from sketches and label maps: structure from the input, looks from seed or reference."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    Appearance,
    ShapeError,
    StyleGANEXError,
    check_input_kind,
    crop_faces,
    decode_latents,
    encode_face,
    example_image,
    mask_to_face,
    mix_styles,
    sketch_to_face,
)
from styleganex_core.tasks.labels import encode_labels
from styleganex_core.tasks.structure import cut_sides

from ..tiny import random_picture, tiny_model


@pytest.fixture(scope="module")
def sketch_model():
    return tiny_model(256, fusions=1, labels=1, name="lines")


@pytest.fixture(scope="module")
def mask_model():
    return tiny_model(256, fusions=2, labels=19, name="parts")


def random_sketch(height: int = 48, width: int = 64, batch: int = 1) -> torch.Tensor:
    return (random_picture(height, width, batch=batch, channels=1) > -0.7).float()


def random_labels(height: int = 48, width: int = 64, batch: int = 1) -> torch.Tensor:
    random = torch.Generator().manual_seed(3)
    return torch.randint(0, 19, (batch, height, width), generator=random).to(torch.uint8)


def style_of(model, seed: int, truncation: float = 0.7) -> torch.Tensor:
    z = torch.randn(1, model.style_dim, generator=torch.Generator().manual_seed(seed))
    return (truncation * model.generator.mapping(z))[:, None].expand(-1, model.num_slots, -1)


def test_the_default_is_the_papers_recipe(sketch_model, mask_model):
    sketch, labels = random_sketch(), random_labels()
    for model, result, encoded in (
        (sketch_model, sketch_to_face(sketch_model, sketch, appearance=Appearance(seed=5)), sketch),
        (
            mask_model,
            mask_to_face(mask_model, labels, appearance=Appearance(seed=5)),
            encode_labels(labels),
        ),
    ):
        expected = encode_face(model, encoded, batch_norm="input")
        expected = mix_styles(expected, style_of(model, 5), "8-")
        torch.testing.assert_close(result.latents.f, expected.f)
        torch.testing.assert_close(result.latents.w_plus, expected.w_plus)
        picture = decode_latents(model, result.latents, noise="stored")
        drawn = decode_latents(model, expected, noise="random", seed=5)
        torch.testing.assert_close(picture, drawn)


def test_samples_follow_their_seeds(sketch_model):
    sketches = random_sketch(batch=2)
    together = sketch_to_face(sketch_model, sketches, appearance=Appearance(samples=3, seed=4))
    pictures = decode_latents(sketch_model, together.latents, noise="stored")
    assert len(pictures) == 6
    for row in range(2):
        for sample in range(3):
            alone = sketch_to_face(
                sketch_model, sketches[row : row + 1], appearance=Appearance(seed=4 + sample)
            )
            picture = decode_latents(sketch_model, alone.latents, noise="stored")
            torch.testing.assert_close(pictures[3 * row + sample], picture[0], rtol=0, atol=1e-4)


def test_slots_are_split_as_asked(sketch_model):
    sketch = random_sketch()
    own = encode_face(sketch_model, sketch, batch_norm="input").w_plus
    looks = style_of(sketch_model, 0)
    for layers, taken in (("8-", range(8, 14)), ("5-6", (5, 6)), ("none", ()), ("all", range(14))):
        appearance = Appearance(layers=layers)
        w_plus = sketch_to_face(sketch_model, sketch, appearance=appearance).latents.w_plus
        for slot in range(14):
            expected = looks if slot in taken else own
            torch.testing.assert_close(w_plus[:, slot], expected[:, slot])
    with pytest.raises(StyleGANEXError, match="99"):
        sketch_to_face(sketch_model, sketch, appearance=Appearance(layers="99"))


def test_a_reference_gives_its_looks(mask_model):
    photo = example_image("astronaut_face")
    aligned = crop_faces(photo).styles
    looks = encode_face(mask_model, aligned, batch_norm="input").w_plus
    labels = random_labels(batch=2)
    full = mask_to_face(mask_model, labels, photo).latents.w_plus
    torch.testing.assert_close(full[:, 8:], looks[:, 8:].expand(2, -1, -1))
    none = mask_to_face(mask_model, labels, photo, appearance=Appearance(reference_strength=0))
    without = mask_to_face(mask_model, labels)
    torch.testing.assert_close(none.latents.w_plus, without.latents.w_plus)
    half = mask_to_face(mask_model, labels, photo, appearance=Appearance(reference_strength=0.5))
    middle = (full + without.latents.w_plus) / 2
    torch.testing.assert_close(half.latents.w_plus, middle, rtol=1e-4, atol=1e-4)


def test_a_reference_without_a_face_is_told(mask_model):
    result = mask_to_face(mask_model, random_labels(), random_picture(100, 60))
    assert any("no face was found in the reference" in note.text for note in result.notes)
    with pytest.raises(ShapeError, match="one for all"):
        mask_to_face(mask_model, random_labels(batch=3), random_picture(batch=2))


@pytest.mark.parametrize("size", [(45, 45), (1, 1), (50, 121)])
def test_any_size_keeps_its_size(sketch_model, size):
    result = sketch_to_face(sketch_model, random_sketch(*size))
    assert decode_latents(sketch_model, result.latents, noise="stored").shape[-2:] == size
    assert "extended" in result.notes[0].text


def test_sides_are_cut_as_the_reference_does(sketch_model):
    marked = torch.zeros(1, 1, 601, 45)
    marked[..., 44:556, 2:42] = 1
    cut = cut_sides(marked)
    assert cut.shape[-2:] == (512, 40) and bool(cut.all())
    result = sketch_to_face(sketch_model, random_sketch(600, 45), sides="cut to 512")
    assert result.seen.shape[-2:] == (512, 40)
    assert result.latents.size == (512, 40)
    assert "central 40x512" in result.notes[0].text
    with pytest.raises(ShapeError, match="keep its size"):
        cut_sides(torch.zeros(1, 1, 7, 100))


def test_own_statistics_neither_change_nor_remember(sketch_model, mask_model):
    """The reference runs these in training mode, so that results depend on call history."""
    for model, draw, first, second in (
        (sketch_model, sketch_to_face, random_sketch(), random_sketch(80, 40)),
        (mask_model, mask_to_face, random_labels(), random_labels(80, 40)),
    ):
        before = {key: value.clone() for key, value in model.state_dict().items()}
        once = draw(model, first).latents
        draw(model, second)
        again = draw(model, first).latents
        assert torch.equal(once.f, again.f) and torch.equal(once.w_plus, again.w_plus)
        stored = draw(model, first, batch_norm="stored").latents
        assert not torch.equal(stored.f, once.f)
        assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_a_blank_sketch_is_told(sketch_model):
    sketches = torch.cat([random_sketch(), torch.ones(1, 1, 48, 64)])
    notes = sketch_to_face(sketch_model, sketches).notes
    assert [note.picture for note in notes if "blank" in note.text] == [1]


def test_a_large_sketch_is_told(sketch_model):
    notes = sketch_to_face(sketch_model, random_sketch(16, 720)).notes
    assert any("sketch is large" in note.text for note in notes)
    assert len(sketch_to_face(sketch_model, random_sketch(16, 320)).notes) == 1


def test_eyes_of_another_scale_are_told(mask_model):
    labels = torch.ones(1, 200, 400, dtype=torch.uint8)
    labels[:, 90:110, 90:110], labels[:, 90:110, 290:310] = 5, 4
    notes = mask_to_face(mask_model, labels).notes
    assert any("200 px apart" in note.text and "32%" in note.text for note in notes)


def test_models_of_other_tasks_are_refused(sketch_model, mask_model):
    with pytest.raises(StyleGANEXError, match=r"parts reads label maps.*sketch2face.*Mask to Face"):
        sketch_to_face(mask_model, random_sketch())
    with pytest.raises(StyleGANEXError, match=r"lines reads sketches.*mask2face.*Sketch to Face"):
        mask_to_face(sketch_model, random_labels())
    with pytest.raises(StyleGANEXError, match="reads photos"):
        sketch_to_face(tiny_model(), random_sketch())
    with pytest.raises(StyleGANEXError, match="a generator alone"):
        check_input_kind(tiny_model(encoder=False), "photo")
    with pytest.raises(StyleGANEXError, match="reads inputs of 4 channels"):
        check_input_kind(tiny_model(labels=4), "photo")
    check_input_kind(tiny_model(), "photo")


def test_a_class_that_does_not_exist_is_named(mask_model):
    labels = random_labels()
    labels[0, 7, 9] = 23
    with pytest.raises(StyleGANEXError, match=r"class 23 in 1 px at x 9, y 7.*18 \(hat\)"):
        mask_to_face(mask_model, labels)


def test_wrong_choices_are_named(sketch_model):
    for wrong, words in (
        ({"sides": "cut"}, "sides is one of"),
        ({"batch_norm": "own"}, "own"),
        ({"appearance": Appearance(samples=0)}, "at least 1"),
        ({"appearance": Appearance(toward="one")}, "one"),  # type: ignore[arg-type]
    ):
        with pytest.raises(StyleGANEXError, match=words):
            sketch_to_face(sketch_model, random_sketch(), **wrong)
