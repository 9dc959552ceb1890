"""Models that draw a face without their skips, too: what changes it goes without them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import (
    apply_edit_vector,
    decode_latents,
    decode_preview,
    encode_face,
    load_latents,
    mix_styles,
    sample_latents,
    save_latents,
)
from styleganex_core.datatypes import join_latents
from styleganex_core.decode import KeptFeatures
from styleganex_core.errors import ShapeError, StyleGANEXError
from styleganex_core.networks import detail as detail_module
from styleganex_core.networks.detail import add_detail
from styleganex_core.networks.swap import swap_domain
from styleganex_core.networks.window import Window
from styleganex_core.video import edit_crops

from .tiny import random_picture, random_vectors, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(fusions=3, gate=1)


@pytest.fixture(scope="module")
def latents(model):
    with torch.no_grad():
        return encode_face(model, random_picture())


@pytest.fixture(scope="module")
def vector(model):
    return random_vectors(model, "smile")["smile"]


@pytest.mark.parametrize(
    ("options", "optional"), [({"gate": 1}, True), ({"gate": 2}, False), ({}, False)]
)
def test_skips_are_optional_where_gates_are_one_layer_deep(options, optional) -> None:
    encoded = encode_face(tiny_model(fusions=3, **options), random_picture())
    assert encoded.optional_skips is optional
    assert (encoded.without_optional_skips().skips is None) is optional


def test_latents_without_skips_have_none_that_are_optional(model) -> None:
    assert not encode_face(model, random_picture(), skip_layers=0).optional_skips


def test_an_edited_drawing_has_the_detail_of_the_exact_one(model, latents, vector) -> None:
    free = latents.without_optional_skips()
    plain, exact = decode_latents(model, free), decode_latents(model, latents)
    edited = decode_latents(model, apply_edit_vector(free, vector, 1.5))
    assert (edited - plain).abs().max() > 0.01
    drawn = decode_latents(model, apply_edit_vector(latents, vector, 1.5))
    torch.testing.assert_close(
        drawn, add_detail(edited, plain, exact, side=64), atol=1e-4, rtol=1e-4
    )


def _edge_at(place: int) -> torch.Tensor:
    """A picture [1, 3, 64, 64] that is dark to the left of a column."""
    return torch.where(torch.arange(64) < place, -0.5, 0.5).expand(1, 3, 64, 64)


def test_detail_stays_where_only_colour_changes() -> None:
    plain, detail = _edge_at(30), random_picture(64, 64) / 20
    edited = 0.8 * plain + 0.1
    drawn = add_detail(edited, plain, plain + detail, side=64)
    torch.testing.assert_close(drawn, edited + detail)


def test_detail_goes_where_edges_have_moved() -> None:
    plain, edited, detail = _edge_at(20), _edge_at(36), random_picture(64, 64) / 20
    drawn = add_detail(edited, plain, plain + detail, side=64)
    for place in (20, 36):
        near = (slice(None), slice(None), slice(None), slice(place - 1, place + 1))
        torch.testing.assert_close(drawn[near], edited[near])
    torch.testing.assert_close(drawn[..., 50:], (edited + detail)[..., 50:])


@pytest.mark.parametrize("size", [3, 9, 11, 25, 51])
def test_means_around_px_are_those_of_a_pooling(size) -> None:
    """By sums that make each other, where pooling adds up `size` squared px for each one."""
    maps = random_picture(30, 47).double()[:, :1]
    pooled = F.avg_pool2d(maps, size, stride=1, padding=size // 2, count_include_pad=False)
    torch.testing.assert_close(detail_module._blur(maps, size), pooled, atol=1e-12, rtol=0)
    ones = torch.ones(1, 1, 30, 47)
    assert torch.equal(detail_module._blur(ones, size), ones)


def test_a_window_of_an_edit_is_a_part_of_its_whole_drawing(model, latents, vector) -> None:
    edited, window = apply_edit_vector(latents, vector, 1.5), Window(8, 16, 40, 60)
    part = decode_latents(model, edited, window=window)
    assert torch.equal(part, window.cut(decode_latents(model, edited)))
    with pytest.raises(StyleGANEXError, match="without them"):
        decode_latents(model, edited, window=window, kept=KeptFeatures())


def test_an_edit_of_no_strength_changes_nothing(model, latents, vector) -> None:
    same = decode_latents(model, apply_edit_vector(latents, vector, 0))
    assert torch.equal(same, decode_latents(model, latents))


def test_previews_of_edits_are_those_of_whole_drawings(model, latents, vector) -> None:
    kept = KeptFeatures()
    for strength in (1, 2, -1):
        edited = apply_edit_vector(latents, vector, strength)
        shown = decode_preview(model, edited, 72, noise="zero", kept=kept)
        torch.testing.assert_close(shown, decode_latents(model, edited), atol=1e-4, rtol=1e-4)


def test_a_slider_draws_the_unedited_face_once(model, latents, vector, monkeypatch) -> None:
    kept, drawn = KeptFeatures(), []
    fusion = type(model.fusions[0])
    forward = fusion.forward
    monkeypatch.setattr(fusion, "forward", lambda *args: drawn.append(1) or forward(*args))
    decode_preview(model, apply_edit_vector(latents, vector, 1), 72, kept=kept)
    once = len(drawn)
    assert once
    decode_preview(model, apply_edit_vector(latents, vector, 2), 72, kept=kept)
    assert len(drawn) == once
    other = replace(latents, w_plus=latents.w_plus + 0.1)
    decode_preview(model, apply_edit_vector(other, vector, 2), 72, kept=kept)
    assert len(drawn) == 2 * once


def test_skips_that_are_needed_are_drawn_through_their_gates(vector) -> None:
    model = tiny_model(fusions=3, gate=2)
    latents = encode_face(model, random_picture())
    edited = apply_edit_vector(latents, vector, 1.5)
    without = decode_latents(model, replace(edited, skips=None))
    assert (decode_latents(model, edited) - without).abs().max() > 0.01


def test_mixed_styles_show_without_the_skips_of_the_photo(model, latents) -> None:
    other = sample_latents(model, 3)
    mixed = mix_styles(latents, other, "all")
    free = mix_styles(replace(latents, skips=None, optional_skips=False), other, "all")
    assert torch.equal(decode_latents(model, mixed), decode_latents(model, free))
    assert mix_styles(latents, other, "all", 0).skips is not None


def test_another_domain_is_drawn_without_the_skips_of_the_photo(model, latents) -> None:
    domain = tiny_model(fusions=3, gate=1, seed=4)
    swapped = swap_domain(model, domain)
    free = decode_latents(swapped, latents.without_optional_skips())
    assert torch.equal(decode_latents(swapped, latents), free)
    same = decode_latents(swap_domain(model, domain, strength=0), latents)
    assert torch.equal(same, decode_latents(model, latents))


def test_a_generator_alone_draws_what_another_model_encoded(model, latents, vector) -> None:
    alone, edited = tiny_model(encoder=False), apply_edit_vector(latents, vector)
    for one in (latents, edited):
        free = decode_latents(alone, one.without_optional_skips())
        assert torch.equal(decode_latents(alone, one), free)
    with pytest.raises(ShapeError, match="0 fusions"):
        decode_latents(alone, replace(latents, optional_skips=False))


def test_clips_change_as_they_are_drawn_without_skips(model, vector) -> None:
    crops = random_picture(64, 64, batch=2)
    w_plus = encode_face(model, crops[:1]).w_plus
    edits = [(vector, [1.0, 1.0], "all")]
    with_skips = edit_crops(model, crops, w_plus, edits, paste="change")
    model_without = tiny_model(fusions=3, gate=1)
    model_without.fusions = torch.nn.ModuleList()
    without = edit_crops(model_without, crops, w_plus, edits, paste="change")
    torch.testing.assert_close(with_skips, without)


def test_a_file_keeps_that_skips_are_optional(latents, tmp_path) -> None:
    save_latents(latents, tmp_path / "face.safetensors")
    assert load_latents(tmp_path / "face.safetensors").optional_skips


def test_optional_skips_are_not_joined_with_those_that_are_needed(latents) -> None:
    with pytest.raises(ShapeError):
        join_latents([latents, replace(latents, optional_skips=False)])
