"""Edits, mixes, moves and samples of latents, and the layer text."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    Latents,
    ShapeError,
    StyleGANEXError,
    apply_edit_vector,
    decode_latents,
    encode_face,
    join_latents,
    mix_styles,
    parse_layers,
    sample_latents,
    transform_features,
)

from ..tiny import STYLE_DIM, random_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(64)


@pytest.fixture(scope="module")
def latents(model):
    return encode_face(model, random_picture(batch=2))


def test_edits_add_up_and_are_remembered(model, latents):
    vector = torch.randn(model.num_slots, STYLE_DIM)
    once = apply_edit_vector(latents, vector, 1.5, "0-2, 9")
    twice = apply_edit_vector(once, vector, -0.5)
    chosen = torch.zeros(model.num_slots, 1)
    chosen[[0, 1, 2, 9]] = 1.5
    torch.testing.assert_close(once.edit[0], chosen * vector)
    torch.testing.assert_close(twice.edit[0], (chosen - 0.5) * vector)
    torch.testing.assert_close(twice.w_plus, latents.w_plus + twice.edit)
    assert latents.edit is None


@pytest.mark.parametrize("shape", [(STYLE_DIM,), (1, STYLE_DIM), (10, STYLE_DIM)])
def test_a_vector_for_every_slot_or_for_all(latents, shape):
    vector = torch.randn(shape)
    edited = apply_edit_vector(latents, vector)
    torch.testing.assert_close(edited.w_plus, latents.w_plus + vector)


@pytest.mark.parametrize("shape", [(13,), (18, STYLE_DIM), (3, 10, STYLE_DIM), (1, 1, 10, 12)])
def test_a_foreign_vector_is_refused_with_both_shapes(latents, shape):
    with pytest.raises(ShapeError) as caught:
        apply_edit_vector(latents, torch.zeros(shape))
    assert str(list(shape)) in str(caught.value)
    assert str(list(latents.w_plus.shape)) in str(caught.value)


def test_mixing_replaces_only_the_chosen_slots(model, latents):
    style = sample_latents(model, 3)
    mixed = mix_styles(latents, style, "8-")
    assert torch.equal(mixed.w_plus[:, :8], latents.w_plus[:, :8])
    assert torch.equal(mixed.w_plus[:, 8:], style.w_plus[:, 8:].expand(2, -1, -1))
    half = mix_styles(latents, style.w_plus, "all", 0.5)
    torch.testing.assert_close(half.w_plus, (latents.w_plus + style.w_plus) / 2)
    assert torch.equal(mix_styles(latents, style, "all", 0).w_plus, latents.w_plus)


def test_a_mix_with_another_family_names_both_shapes(latents):
    other = sample_latents(tiny_model(128, encoder=False), 0)
    with pytest.raises(ShapeError) as caught:
        mix_styles(latents, other)
    assert "[1, 12, 12]" in str(caught.value)
    assert "[2, 10, 12]" in str(caught.value)


def test_a_mix_of_batches_that_do_not_broadcast_is_refused(model, latents):
    three = encode_face(model, random_picture(batch=3))
    with pytest.raises(ShapeError, match="3 styles into 2"):
        mix_styles(latents, three)


@pytest.mark.parametrize("move", [{}, {"rotation": 360.0}, {"scale": 1.0, "dx": 0.0}])
def test_no_move_is_exact(latents, move):
    assert torch.equal(transform_features(latents, **move).f, latents.f)


def test_moves_turns_and_mirrors_go_where_they_say():
    f = torch.zeros(1, 1, 9, 9)
    f[0, 0, 2, 5] = 1  # one cell right of the centre, two above
    latents = Latents(f, torch.zeros(1, 10, 4))

    def peak(**move) -> tuple[int, int]:
        moved = transform_features(latents, **move).f[0, 0]
        row, column = divmod(int(moved.argmax()), 9)
        return row, column

    assert peak(dx=2, dy=1) == (3, 7)
    assert peak(flip=True) == (2, 3)
    assert peak(rotation=90) == (3, 2)  # counter-clockwise: right becomes up, up becomes left
    assert peak(rotation=-90) == (5, 6)
    assert peak(scale=2) == (0, 6)
    assert peak(rotation=90, dx=1) == (3, 3)


def test_a_turn_and_back_keeps_the_middle():
    rows = torch.arange(40.0)[:, None].expand(40, 40)
    latents = Latents((rows / 9).sin()[None, None], torch.zeros(1, 10, 4))
    back = transform_features(transform_features(latents, rotation=30), rotation=-30)
    middle = (..., slice(14, 26), slice(14, 26))
    torch.testing.assert_close(back.f[middle], latents.f[middle], atol=0.02, rtol=0)


def test_skips_and_noise_move_along():
    model = tiny_model(256, fusions=6)
    latents = encode_face(model, random_picture(64, 64))
    moved = transform_features(latents, dx=2, dy=1)
    for before, after in zip(latents.skips, moved.skips, strict=True):
        zoom = before.shape[-1] // latents.f.shape[-1]
        assert torch.equal(after[..., zoom:, 2 * zoom :], before[..., :-zoom, : -2 * zoom])


@pytest.mark.parametrize("move", [{"scale": 0.0}, {"scale": -1.0}, {"dx": float("nan")}])
def test_an_impossible_move_is_refused(latents, move):
    with pytest.raises(StyleGANEXError, match="scale above 0"):
        transform_features(latents, **move)


def test_samples_repeat_and_truncate(model):
    assert torch.equal(sample_latents(model, 4).w_plus, sample_latents(model, 4).w_plus)
    assert not torch.equal(sample_latents(model, 4).w_plus, sample_latents(model, 5).w_plus)
    none = sample_latents(model, 4, truncation=0)
    torch.testing.assert_close(none.w_plus[0], model.latent_avg)
    whole = sample_latents(model, 4, toward="zero").w_plus
    half = sample_latents(model, 4, truncation=0.7, toward="zero").w_plus
    torch.testing.assert_close(half, 0.7 * whole)


@pytest.mark.parametrize("sides", [(None, None), (64, 96), (100, 64), (17, 40), (200, 130)])
def test_samples_come_in_any_size(model, sides):
    latents = sample_latents(model, 0, height=sides[0], width=sides[1])
    expected = tuple(side or 64 for side in sides)
    assert decode_latents(model, latents).shape[-2:] == expected
    if sides == (None, None):
        assert torch.equal(latents.f, model.generator.dense_constant())


def test_latents_of_another_model_are_refused(model, latents):
    with pytest.raises(ShapeError, match="Encode the picture again"):
        decode_latents(tiny_model(128), latents)


def test_latents_of_0_1_0_are_told_the_model_that_decodes_them(model, latents):
    earlier = Latents(torch.zeros(1, 80, 4, 4), torch.zeros(1, 14, 64))
    with pytest.raises(ShapeError, match=r"Encode the picture again .*demo: rendered"):
        decode_latents(model, earlier)
    with pytest.raises(ShapeError) as raised:
        decode_latents(tiny_model(128), latents)
    assert "rendered" not in str(raised.value)


def test_batches_that_disagree_are_refused():
    with pytest.raises(ShapeError, match="batches of"):
        Latents(torch.zeros(2, 4, 3, 3), torch.zeros(3, 10, 4))


def test_latents_split_and_join(model, latents):
    parts = [latents[0], latents[1]]
    joined = join_latents(parts)
    assert torch.equal(joined.f, latents.f)
    assert torch.equal(joined.w_plus, latents.w_plus)
    assert latents[-1].batch == 1
    with pytest.raises(ShapeError, match="no picture 2"):
        latents[2]
    with pytest.raises(ShapeError, match="cannot join"):
        join_latents([latents[0], encode_face(model, random_picture(32, 32))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", range(14)),
        ("none", []),
        ("0-6, 9", [0, 1, 2, 3, 4, 5, 6, 9]),
        ("8-", range(8, 14)),
        ("8-17", range(8, 14)),
        ("-2", [0, 1, 2]),
        (" 13 ", [13]),
        ("3, 3, 1", [1, 3]),
    ],
)
def test_layer_text(text, expected):
    assert parse_layers(text, 14) == tuple(expected)


@pytest.mark.parametrize("text", ["", "a", "3;4", "14", "5-3", "1,,2", "-", "0.5", "8--9"])
def test_bad_layer_text_says_which_part(text):
    with pytest.raises(StyleGANEXError, match=r"slots 0 to 13"):
        parse_layers(text, 14)
