"""The mapping network of the trained generators: fixed, so that a style says one thing per number.

Attribute i of a person is entry i of the normalised noise; the one layer's leaky ReLU turns it into
two styles, one that grows above and one that grows below its mean. Styles are then all equally
strong, whereas a mapping that learns with the picture makes the attributes that move many pixels
(pose, age) ten times as strong as smiles and gazes, which it then never learns to draw.
"""

from __future__ import annotations

import torch

from styleganex_core.networks import Generator
from styleganex_core.networks.generator import MAPPING_RATE, Mapping
from styleganex_core.networks.ops import Modulation

from ...portraits import ATTRIBUTES

SAMPLES = 16384


@torch.no_grad()
def design_mapping(mapping: Mapping) -> None:
    """Set the weights of a mapping network of one layer."""
    (weight,), (bias,) = mapping.weights, mapping.biases
    count = len(ATTRIBUTES)
    split = torch.zeros_like(weight)
    split[:count, :count] = torch.eye(count)
    split[count : 2 * count, :count] = -torch.eye(count)
    weight.copy_(split * weight.shape[1] ** 0.5 / MAPPING_RATE)
    bias.zero_()


@torch.no_grad()
def adopt_generator(target: Generator, source: Generator) -> torch.Tensor:
    """Give `target` the layers of `source`, whose mapping differs.

    The modulations are refitted by least squares, so that the same noise makes about the same
    picture. Returns the linear map [D + 1, D] from the old styles (and 1) to the new ones.
    """
    z = torch.randn(SAMPLES, target.config.style_dim, generator=torch.Generator().manual_seed(0))
    one = torch.ones(SAMPLES, 1)
    old = torch.cat([source.mapping(z), one], dim=1)
    new = torch.cat([target.mapping(z), one], dim=1)
    back = torch.linalg.lstsq(new, old, driver="gelsd").solution  # [D + 1, D + 1]
    state = {
        key: tensor for key, tensor in source.state_dict().items() if not key.startswith("mapping.")
    }
    target.load_state_dict(state, strict=False)
    root = target.config.style_dim**0.5
    theirs_by_name = dict(source.named_modules())
    for name, module in target.named_modules():
        if isinstance(module, Modulation):
            other = theirs_by_name[name]
            assert isinstance(other, Modulation)
            whole = torch.cat([other.weight / root, other.bias[:, None]], dim=1)  # [C, D + 1]
            fitted = whole @ back.T  # of [w_new, 1]
            module.weight.copy_(fitted[:, :-1] * root)
            module.bias.copy_(fitted[:, -1])
    return torch.linalg.lstsq(old, new[:, :-1], driver="gelsd").solution
