"""Edited drawings with skips that are optional: the person's detail moves with the edit."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import decode_latents, encode_face, example_image, load_demo
from styleganex_core.crop import find_faces
from styleganex_core.decode import KeptFeatures, decode_preview, edited
from styleganex_core.decode.edited import FaceMover
from styleganex_core.latents import apply_edit_vector
from styleganex_core.networks.detail import add_detail
from styleganex_core.readers import FaceLikeness, load_face_readers, read_face

from ..tiny import random_picture, random_vectors, tiny_model


@pytest.fixture(scope="module")
def person():
    return example_image("astronaut_face")


@pytest.fixture(scope="module")
def model():
    return load_demo("photo")


@pytest.fixture(scope="module")
def latents(model, person):
    with torch.no_grad():
        return encode_face(model, person)


@pytest.fixture(scope="module")
def face(person):
    return find_faces(person)[0]


def draw(model, latents, name, strength):
    with torch.no_grad():
        return decode_latents(model, apply_edit_vector(latents, model.edit_vectors[name], strength))


@pytest.mark.parametrize("strength", [2.0, -2.0])
def test_a_head_that_is_turned_as_a_drawing_stays_the_person(
    model, latents, person, face, strength
) -> None:
    readers = load_face_readers()
    turned = draw(model, latents, "turn_right", strength)
    before, after = (read_face(one, face, readers=readers) for one in (person, turned))
    assert (after.yaw - before.yaw) * strength > 10, "5 degrees"
    assert FaceLikeness(person, face, readers).judge(turned) < 0.4


def test_a_turn_takes_all_px_along_and_what_else_is_edited_is_as_without_it(model, latents) -> None:
    vectors = model.edit_vectors
    with torch.no_grad():
        exact = decode_latents(model, latents)
        turned = draw(model, latents, "turn_right", 2.0)
        lighter = draw(model, latents, "hair_light", 2.0)
        both = apply_edit_vector(latents, vectors["hair_light"], 2.0)
        both = decode_latents(model, apply_edit_vector(both, vectors["turn_right"], 2.0))
    hair = (..., slice(20, 80), slice(60, 200))
    gains = [float((one - other)[hair].mean()) for one, other in ((lighter, exact), (both, turned))]
    assert gains[0] > 0.1 and gains[1] == pytest.approx(gains[0], rel=0.15)


def test_a_rendered_person_is_turned_as_the_model_knows_them(model) -> None:
    """Without skips they are drawn as well as with them, so nothing is to be moved."""
    with torch.no_grad():
        latents = encode_face(model, example_image("rendered_ben"))
        free = latents.without_optional_skips()
        plain, exact = decode_latents(model, free), decode_latents(model, latents)
    turned, alone = (draw(model, one, "turn_right", 2.0) for one in (latents, free))
    torch.testing.assert_close(turned, add_detail(alone, plain, exact, 256), atol=1e-4, rtol=0)


def test_what_is_around_a_face_is_drawn_with_its_detail_in_place(model, latents) -> None:
    with torch.no_grad():
        free = latents.without_optional_skips()
        plain, exact = decode_latents(model, free), decode_latents(model, latents)
    open_, alone = (draw(model, one, "mouth_open", 1.0) for one in (latents, free))
    still = add_detail(alone, plain, exact, 256)
    change = (open_ - still).abs().amax(dim=(0, 1))
    assert change[:24].max() < 1e-3
    assert change[120:220, 80:180].max() > 0.1


def test_somebody_who_smiles_smiles_more_as_a_drawing(model, latents, face) -> None:
    with torch.no_grad():
        before = decode_latents(model, latents)
    smiling = draw(model, latents, "smile", 2.0)
    assert read_face(smiling, face).smile > read_face(before, face).smile + 0.2


def test_an_edit_that_draws_the_same_is_the_exact_drawing() -> None:
    plain, exact = random_picture(48, 64), random_picture(48, 64, seed=1) * 2
    assert torch.equal(FaceMover()(plain.clone(), plain, exact, 64), exact)


def test_a_drawing_without_a_face_gets_its_detail_in_place() -> None:
    plain, exact, after = (random_picture(48, 64, seed=number) for number in range(3))
    drawn = FaceMover()(after, plain, exact, 64)
    assert torch.equal(drawn, add_detail(after, plain, exact, 64))


def test_gradients_flow_through_an_edited_drawing() -> None:
    model = tiny_model(fusions=3, gate=1)
    latents = encode_face(model, random_picture())
    vector = random_vectors(model, "smile")["smile"].requires_grad_(True)
    decode_latents(model, apply_edit_vector(latents, vector, 1.0)).square().mean().backward()
    assert vector.grad is not None
    assert vector.grad.abs().max() > 0


def test_each_picture_of_a_batch_is_drawn_as_alone(model, latents) -> None:
    """Two people of one batch: the second is the first, mirrored."""
    with torch.no_grad():
        face = decode_latents(model, latents)
        faces = torch.cat([face, face.flip(-1)])
        both = encode_face(model, faces.clamp(-1, 1))
        vector = model.edit_vectors["smile"]
        drawn = decode_latents(model, apply_edit_vector(both, vector, 2.0))
        for number in range(2):
            alone = decode_latents(model, apply_edit_vector(both[number], vector, 2.0))
            assert (drawn[number] - alone[0]).abs().max() < 1e-3


def test_a_slider_looks_for_the_face_once(model, latents, monkeypatch) -> None:
    kept, seen = KeptFeatures(), []
    see = edited.see_faces
    monkeypatch.setattr(edited, "see_faces", lambda *args: seen.append(1) or see(*args))
    with torch.no_grad():
        for strength in (1.0, 2.0):
            changed = apply_edit_vector(latents, model.edit_vectors["smile"], strength)
            decode_preview(model, changed, 128, kept=kept)
    assert len(seen) == 1
    kept.clear()
    assert kept.seen is None
