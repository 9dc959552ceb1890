"""A wider model draws what the narrow one drew, from pictures, styles and noise."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.datatypes import Latents
from styleganex_core.encode import encode_face
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import FusionConfig, Model
from styleganex_core.networks.fusion import FUSION_TAPS
from styleganex_core.networks.synthesis import synthesize
from styleganex_lab.training.start.widen import tap_channels, widen_model

from ..objectives.test_from_renders import ENCODER, GENERATOR
from ..objectives.test_task import tiny_photo

WIDE_GENERATOR = replace(GENERATOR, style_dim=64, channels=(12, 12, 10, 9, 9, 8, 6))
WIDE_ENCODER = replace(
    ENCODER,
    style_dim=64,
    feature_channels=12,
    stem_width=6,
    widths=(8, 10, 12, 14),
    squeezes=(2, 2, 3, 3),
    head_width=12,
)


def with_fusions(model: Model, gate_layers: int, rgb: bool) -> Model:
    """The same model with fusions at random weights, as a trained one would have them."""
    encoder, generator = model.config.encoder, model.config.generator
    assert encoder is not None
    fusions = tuple(
        FusionConfig(
            tap_channels(encoder, FUSION_TAPS[k]),
            generator.channels[k],
            rgb=rgb and k == 4,
            gate_layers=gate_layers,
            style_dim=generator.style_dim if gate_layers else 0,
        )
        for k in range(5)
    )
    with torch.random.fork_rng():
        torch.random.manual_seed(1)
        fused = Model(replace(model.config, fusions=fusions), "fused")
        for parameter in fused.fusions.parameters():
            torch.nn.init.normal_(parameter, std=0.2)
    fused.load_state_dict(model.state_dict(), strict=False)
    fused.edit_vectors = model.edit_vectors
    return fused.eval()


@pytest.fixture(scope="module")
def picture() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.mark.parametrize(
    ("gate_layers", "rgb", "encoder"),
    [
        (0, False, WIDE_ENCODER),
        (2, True, WIDE_ENCODER),
        (1, False, replace(WIDE_ENCODER, stem_width=4)),  # a shortcut where there was none
    ],
)
@torch.no_grad()
def test_a_wider_model_makes_the_same_pictures(gate_layers, rgb, encoder, picture):
    old = with_fusions(tiny_photo(), gate_layers, rgb)
    wide = widen_model(old, WIDE_GENERATOR, encoder)
    before, after = encode_face(old, picture), encode_face(wide, picture)
    torch.testing.assert_close(after.f[:, :8], before.f, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(after.w_plus, F.pad(before.w_plus, (0, 16)), rtol=1e-4, atol=1e-5)
    assert len(after.skips) == 5
    drawn = []
    for model, latents in ((old, before), (wide, after)):
        edit = model.edit_vectors["smile"][None]
        edited = Latents(
            latents.f, latents.w_plus + edit, skips=latents.skips, edit=2 * edit, size=latents.size
        )
        drawn.append([synthesize(model, latents), synthesize(model, edited)])
    for one, other in zip(*drawn, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-4)
    assert (drawn[0][0] - drawn[0][1]).abs().max() > 1e-3  # the edit is seen, and so is its gate


@torch.no_grad()
def test_noise_and_the_mean_keep_their_meaning():
    old = tiny_photo()
    wide = widen_model(old, replace(WIDE_GENERATOR, style_dim=96), None)
    z = torch.randn(5, 48, generator=torch.Generator().manual_seed(0))
    styles = wide.generator.mapping(torch.cat([z, z], dim=1))
    torch.testing.assert_close(styles, F.pad(old.generator.mapping(z), (0, 48)))
    torch.testing.assert_close(wide.latent_avg, F.pad(old.latent_avg, (0, 48)))
    assert all(vector.shape == (14, 96) for vector in wide.edit_vectors.values())


@pytest.mark.parametrize("part", ["generator.", "encoder."])
def test_gradients_reach_the_new_channels(part, picture):
    """New channels must be able to learn: nothing of them is dead on both sides."""
    wide = widen_model(tiny_photo(), WIDE_GENERATOR, WIDE_ENCODER)
    wide.requires_grad_(True)
    rate = 1e-2
    for _ in range(3):
        latents = encode_face(wide, picture)
        wide.zero_grad()
        (synthesize(wide, latents) - picture.mean()).square().mean().backward()
        with torch.no_grad():
            for parameter in wide.parameters():
                if parameter.grad is not None:
                    parameter -= rate * parameter.grad
    grown = {
        "generator.": "generator.layers.4.conv.weight",
        "encoder.": "encoder.blocks.4.conv_in.weight",
    }[part]
    gradient = wide.get_parameter(grown).grad
    assert gradient is not None
    old = tiny_photo().get_parameter(grown).shape
    assert gradient[: old[0], old[1] :].abs().sum() > 0  # what old channels hear of the new
    assert gradient[old[0] :].abs().sum() > 0  # the new channels themselves


@pytest.mark.parametrize(
    ("generator", "encoder", "named"),
    [
        (replace(WIDE_GENERATOR, channels=(12, 12, 4, 9, 9, 8, 6)), WIDE_ENCODER, "channels"),
        (replace(WIDE_GENERATOR, style_dim=32), WIDE_ENCODER, "style_dim"),
        (WIDE_GENERATOR, replace(WIDE_ENCODER, grouped_heads=False), "grouped_heads"),
        (WIDE_GENERATOR, replace(WIDE_ENCODER, widths=(8, 10, 12, 12)), "channels in one block"),
        (replace(WIDE_GENERATOR, mapping_layers=2), WIDE_ENCODER, "mapping_layers"),
    ],
)
def test_sizes_that_are_no_wider_are_refused(generator, encoder, named):
    old = tiny_photo()
    if "block" in named:  # 8 to 8 channels there has no shortcut, so give it one to lose
        narrow = replace(ENCODER, widths=(4, 4, 8, 10))
        old = Model(replace(old.config, encoder=narrow), "narrow")
    with pytest.raises(StyleGANEXError, match=named):
        widen_model(old, generator, encoder)
