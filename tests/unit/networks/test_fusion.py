"""Skip fusions and their gates against the formulas of docs/networks.md, written the long way."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.networks.fusion import FusionConfig, SkipFusion

CHANNELS, TAP, STYLE = 5, 3, 7


def fusion_of(layers: int, *, rgb: bool = False) -> SkipFusion:
    """A fusion with random weights in float64, whose rounding no machine shows."""
    fusion = SkipFusion(FusionConfig(TAP, CHANNELS, rgb, layers, STYLE if layers else 0)).double()
    random = torch.Generator().manual_seed(layers)
    for parameter in fusion.parameters():
        parameter.data = torch.randn(parameter.shape, generator=random).double() / 3
    return fusion.requires_grad_(False)


def maps(batch: int = 2) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features, picture so far and encoder tap."""
    random = torch.Generator().manual_seed(9)
    shapes = ((batch, CHANNELS), (batch, 3), (batch, TAP))
    x, rgb, tap = (torch.randn(*shape, 6, 8, generator=random).double() for shape in shapes)
    return x, rgb, tap


def convolve(layer: torch.nn.Conv2d, picture: torch.Tensor) -> torch.Tensor:
    """A 3x3 convolution of one picture [C, H, W], place by place, zeros outside."""
    padded = F.pad(picture, (1, 1, 1, 1))
    result = torch.empty(len(layer.weight), *picture.shape[1:], dtype=picture.dtype)
    for row in range(picture.shape[1]):
        for column in range(picture.shape[2]):
            around = padded[:, row : row + 3, column : column + 3]
            result[:, row, column] = (layer.weight * around).sum(dim=(1, 2, 3)) + layer.bias
    return result


def leaky(x: torch.Tensor, slope: float) -> torch.Tensor:
    return torch.where(x > 0, x, slope * x)


def gate_of(gate, x: torch.Tensor, t: torch.Tensor, edit: torch.Tensor) -> torch.Tensor:
    """The gate [1, H, W] of one picture with the edit vector's slot `edit` [D]."""
    label = edit
    for linear in gate.label:
        label = leaky(linear.weight @ label + linear.bias, 0.2)
    affine = gate.affine.weight @ label + gate.affine.bias
    planes = []
    for number, plane in enumerate([*x, *(x - t).abs()]):
        variance = ((plane - plane.mean()) ** 2).mean()
        normalised = (plane - plane.mean()) / (variance + 1e-5).sqrt()
        planes.append(affine[number] * normalised + affine[2 * CHANNELS + number])
    return convolve(gate.conv, torch.stack(planes)).clamp(min=0).tanh()


@pytest.mark.parametrize("layers", [0, 1, 2])
@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("edited", [False, True])
def test_a_fusion_is_its_formula(layers, rgb, edited):
    fusion = fusion_of(layers, rgb=rgb)
    x, picture, tap = maps()
    edit = torch.randn(2, STYLE, generator=torch.Generator().manual_seed(4)).double()
    came, drawn = fusion(x, picture, tap, edit if edited else None)
    for index in range(2):
        t = leaky(convolve(fusion.transform, tap[index]), 0.01)
        if layers and edited:
            gate = gate_of(fusion.gate, x[index], t, edit[index])
            assert 0 < (gate > 0).double().mean() < 1, "it is open here and closed there"
            t = gate * t
        torch.testing.assert_close(came[index], convolve(fusion.mix, torch.cat([x[index], t])))
        expected = picture[index]
        if rgb:
            expected = convolve(fusion.mix_rgb, torch.cat([picture[index], t]))
        torch.testing.assert_close(drawn[index], expected)


def test_a_new_fusion_passes_the_features_on_nearly_unchanged():
    x, picture, tap = maps()
    fusion = SkipFusion(FusionConfig(TAP, CHANNELS)).double().requires_grad_(False)
    came, drawn = fusion(x, picture, tap, None)
    assert (came - x).abs().mean() < 0.2 * x.abs().mean()
    assert torch.equal(drawn, picture)
