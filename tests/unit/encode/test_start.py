"""Step II sets out from the nearer of the encoder's answer and the mean face."""

from dataclasses import replace

import pytest
import torch

import styleganex_core as core


@pytest.fixture(scope="module")
def photo():
    return core.load_demo("photo")


def test_encodings_far_outside_give_way_to_the_mean_face(photo):
    ben = core.sample_latents(photo, 3)
    with torch.no_grad():
        image = core.decode_latents(photo, ben)
    astray = replace(ben, w_plus=photo.latent_avg + 5 * (ben.w_plus - photo.latent_avg))
    both = core.join_latents([ben, astray])

    chosen = core.choose_start(photo, both, image)

    assert torch.equal(chosen[0].w_plus, ben.w_plus)
    assert torch.allclose(chosen[1].w_plus, photo.latent_avg.expand_as(chosen[1].w_plus))


def test_latents_with_edits_are_kept(photo):
    latents = core.sample_latents(photo, 3)
    edited = replace(latents, edit=torch.ones_like(latents.w_plus))
    assert core.choose_start(photo, edited, torch.zeros(1, 3, 256, 256)) is edited
