"""What the styles of generators of renders say: one thing per number, and an edit vector for each.

The mapping network of renders is fixed. Attribute i of a person is entry i of the normalised
noise; the one layer's leaky ReLU turns it into two styles, one that grows above and one that grows
below its mean. Styles are then all equally strong, whereas a mapping that learns with the picture
makes the attributes that move many pixels (pose, age) ten times as strong as smiles and gazes,
which it then never learns to draw. Edit vectors are these styles regressed on the attributes that
made them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from styleganex_core.networks import Generator
from styleganex_core.networks.generator import MAPPING_RATE, Mapping
from styleganex_core.networks.ops import Modulation, leaky_gain

from ...portraits import ATTRIBUTES
from ...portraits.people import attributes_of, sample_people

REFITTED = 16384  # styles that modulations are refitted to
SAMPLES = 32768  # people whose styles are averaged and regressed
DEVIATION = 3**-0.5  # standard deviation of an attribute, uniform in -1..1

# The edit vectors that are shipped: name, attribute, sign.
EDITS: dict[str, tuple[str, float]] = {
    "smile": ("smile", 1.0),
    "mouth_open": ("mouth_open", 1.0),
    "eyes_open": ("eyes_open", 1.0),
    "gaze_right": ("gaze_x", 1.0),
    "gaze_down": ("gaze_y", 1.0),
    "age": ("age", 1.0),
    "turn_right": ("yaw", 1.0),
    "look_up": ("pitch", 1.0),
    "hair_light": ("hair_light", 1.0),
    "hair_red": ("hair_red", 1.0),
    "hair_length": ("hair_length", 1.0),
    "fringe": ("fringe", 1.0),
    "beard": ("beard", 1.0),
    "glasses": ("glasses", 1.0),
    "skin_dark": ("skin_tone", 1.0),
    "face_width": ("face_width", 1.0),
    "light_right": ("light_side", 1.0),
    "light_warm": ("light_warmth", 1.0),
}


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


def styles_of_renders(generator: Generator, z: torch.Tensor) -> torch.Tensor:
    """The styles [N, D] of the rendered people that noise `z` [N, D] stands for.

    Those of the designed mapping, whatever the generator's own one says: that of a model which
    knows real people draws people like them (`random_people.fit_random_people`). A mapping of
    other sizes has learned what its noise means, and is asked.
    """
    own, count = generator.mapping, len(ATTRIBUTES)
    if len(own.weights) != 1 or z.shape[1] < 2 * count:
        return own(z)
    named = (z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt())[:, :count]
    return F.pad(leaky_gain(torch.cat([named, -named], dim=1)), (0, z.shape[1] - 2 * count))


@torch.no_grad()
def adopt_generator(target: Generator, source: Generator) -> torch.Tensor:
    """Give `target` the layers of `source`, whose mapping differs.

    The modulations are refitted by least squares, so that the same noise makes about the same
    picture. Returns the linear map [D + 1, D] from the old styles (and 1) to the new ones.
    """
    z = torch.randn(REFITTED, target.config.style_dim, generator=torch.Generator().manual_seed(0))
    one = torch.ones(REFITTED, 1)
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


@torch.no_grad()
def find_directions(generator: Generator, *, seed: int = 0) -> dict[str, torch.Tensor]:
    """Edit vectors [L, D] by name; adding one moves its attribute by one standard deviation.

    Least squares of the styles on all attributes together, so each vector is the change of the
    style that goes with one attribute while the others stay.
    """
    noise = torch.Generator().manual_seed(seed)
    z = sample_people(SAMPLES, generator.config.style_dim, noise)
    styles = styles_of_renders(generator, z)
    attributes = attributes_of(z)
    known = torch.cat([attributes, torch.ones(len(z), 1)], dim=1)
    slopes = torch.linalg.lstsq(known, styles).solution  # [A + 1, D]
    slots = generator.config.num_slots
    return {
        name: (sign * DEVIATION * slopes[ATTRIBUTES.index(attribute)]).repeat(slots, 1)
        for name, (attribute, sign) in EDITS.items()
    }


@torch.no_grad()
def mean_style(generator: Generator, *, seed: int = 0) -> torch.Tensor:
    """The mean latent [L, D] of the generator's own mapping."""
    noise = torch.Generator().manual_seed(seed)
    z = sample_people(SAMPLES, generator.config.style_dim, noise)
    w = generator.mapping(z.to(generator.constant.device))
    return w.mean(dim=0).repeat(generator.config.num_slots, 1)
