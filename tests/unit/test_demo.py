"""The bundled models are told apart by what their files hold, and run in half precision."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    decode_latents,
    demo_names,
    domain_names,
    encode_face,
    example_image,
    load_demo,
)


def test_domains_are_the_generators_that_come_alone():
    names = domain_names()
    assert names
    assert set(names) < set(demo_names())
    for name in names:
        domain = load_demo(name)
        assert domain.encoder is None
        assert not domain.fusions
    assert "photo" not in names
    assert "super_resolution_4x" not in names


@pytest.mark.parametrize("name", demo_names())
def test_every_demo_model_fits_into_half_precision(name):
    """A GPU runs it so; batch norms' variances had outgrown float16 once."""
    model = load_demo(name, dtype=torch.float16)
    assert model.dtype == torch.float16


def test_the_demo_draws_the_same_in_half_precision():
    picture = example_image("rendered_ben")
    with torch.no_grad():
        drawn = [
            decode_latents(model, encode_face(model, picture)).float()
            for model in (load_demo("photo"), load_demo("photo", dtype=torch.float16))
        ]
    assert (drawn[0] - drawn[1]).abs().mean() < 1 / 127.5  # a level of 255
