"""Edits without what turns the head."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_core import load_demo, sample_latents
from styleganex_core.latents import (
    apply_edit_vectors,
    find_shares,
    hold_head,
    take_turn_out,
    turn_names,
    without_turn,
)

from ..tiny import random_vectors, tiny_model


def test_the_vectors_of_the_demo_that_turn_are_known_and_no_others() -> None:
    assert turn_names(load_demo().edit_vectors) == ["look_up", "turn_right"]


def test_held_vectors_do_nothing_and_the_others_all() -> None:
    model = tiny_model(64)
    vectors = random_vectors(model, "smile", "yaw")
    before = dict(vectors)
    held = hold_head(vectors)
    assert not held["yaw"].any() and held["smile"] is vectors["smile"]
    assert vectors == before and vectors["yaw"].any()


def test_the_drawing_without_a_turn_is_drawn_only_where_it_is_another() -> None:
    model = tiny_model(64)
    latents = sample_latents(model, 0)
    vectors = random_vectors(model, "smile", "yaw")
    drawn = []

    def made(strengths: dict[str, float]) -> object:
        edited, held = (
            apply_edit_vectors(latents, these, strengths) for these in (vectors, hold_head(vectors))
        )
        pair = ("plain", "edited")
        return without_turn(
            model, latents, edited, held, pair, lambda one: drawn.append(one) or "held"
        )

    assert made({"smile": 1.0}) is None, "of another model: nobody knows what it does"
    model.edit_vectors = vectors
    assert made({"smile": 1.0}) == "edited"
    assert made({"yaw": 1.0}) == "plain"
    assert made({"yaw": 0.0, "smile": 0.0}) is None
    assert not drawn
    assert made({"yaw": 1.0, "smile": -2.0}) == "held"
    (one,) = drawn
    only = apply_edit_vectors(latents, vectors, {"smile": -2.0})
    assert torch.equal(one.w_plus, only.w_plus)


def test_the_turn_is_found_in_an_edit_whose_parts_nobody_names() -> None:
    model = tiny_model(64)
    latents = sample_latents(model, 0)
    vectors = random_vectors(model, "smile", "glasses", "yaw", "look_up")
    strengths = {"smile": -2.0, "yaw": 1.5, "look_up": -0.5}
    edited = apply_edit_vectors(latents, vectors, strengths)
    held = take_turn_out(edited, find_shares(edited.edit, vectors))
    assert held is not None and held.edit is not None
    only = apply_edit_vectors(latents, vectors, {"smile": -2.0})
    torch.testing.assert_close(held.w_plus, only.w_plus, atol=1e-5, rtol=0)
    torch.testing.assert_close(held.edit, only.edit, atol=1e-5, rtol=0)
    assert take_turn_out(only, find_shares(only.edit, vectors)) is only
    assert take_turn_out(latents, find_shares(latents.edit, vectors)) is None
    assert take_turn_out(edited, find_shares(edited.edit, {"smile": vectors["smile"]})) is None
    assert edited.edit is not None
    nothing = replace(edited, w_plus=latents.w_plus, edit=torch.zeros_like(edited.edit))
    assert take_turn_out(nothing, find_shares(nothing.edit, vectors)) is None
    of_others = {
        "yaw": torch.ones(3, 64),
        "pitch": torch.ones(14, 9),
        "pose": torch.ones(2, 14, 64),
    }
    assert take_turn_out(edited, find_shares(edited.edit, of_others)) is None
    some = apply_edit_vectors(latents, vectors, strengths, "4-7")
    held = take_turn_out(some, find_shares(some.edit, vectors))
    assert held is not None
    only = apply_edit_vectors(latents, vectors, {"smile": -2.0}, "4-7")
    torch.testing.assert_close(held.w_plus, only.w_plus, atol=1e-5, rtol=0)
