"""What is minimised: one objective per kind of training.

An objective owns a module to train and returns the loss of a batch of pictures.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ..networks import Encoder, Generator
from ..networks.encoder import FEATURE_TAPS
from .data import Pictures, warp_constant
from .half import HalfCopy
from .mapping import design_mapping
from .recipes import Recipe, Stage
from .style_heads import start_heads

SQUARED, SLOPE = 2.5, 1.0  # weights of the squared error and of the error of the gradients
LAST_GAIN = 3.0  # of the learning rate of the style heads' last layers
STYLE = 30.0  # weight of the styles: next to `f` they hardly move the trunk, 1 to 100 in gradient
FITTED = 640  # pictures that the style heads are first fitted to


def picture_error(
    made: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor, absolute: float = 0.0
) -> torch.Tensor:
    """How far pictures [B, 3, H, W] are from the wanted ones, `weight` [B, H, W] more where it
    matters.

    Squared first: under the absolute error alone the median erases eyes. The gradients keep edges.
    """
    gap = made - wanted
    weight = weight[:, None] / weight.mean()
    error = SQUARED * (weight * gap.square()).mean()
    error = error + SLOPE * (weight[..., 1:] * (gap[..., 1:] - gap[..., :-1]).square()).mean()
    error = (
        error + SLOPE * (weight[..., 1:, :] * (gap[..., 1:, :] - gap[..., :-1, :]).square()).mean()
    )
    if absolute:
        error = error + absolute * (weight * gap.abs()).mean()
    return error


class GeneratorObjective:
    """The picture of a style must be the render of the style's attributes."""

    def __init__(self, recipe: Recipe, start: Generator | None) -> None:
        if start is not None:
            self.module = start
        else:
            self.module = Generator(recipe.generator)
            design_mapping(self.module.mapping)
        self.module.requires_grad_(True)
        self.module.noise_maps.requires_grad_(False)
        self.module.mapping.requires_grad_(False)
        self.module.constant.requires_grad_(recipe.trains == "generator")
        for name, parameter in self.module.named_parameters():
            if name.endswith("noise_strength"):
                parameter.requires_grad_(False)
        self.half = HalfCopy(self.module)

    def parameter_groups(self) -> list[dict]:
        """What is trained, with the `gain` of its learning rate."""
        return [{"params": [p for p in self.module.parameters() if p.requires_grad], "gain": 1.0}]

    def begin(self, pictures: Pictures, stage: Stage, fresh: bool) -> None:
        """Nothing to prepare."""

    def make(self, module: nn.Module, pictures: Pictures, stage: Stage) -> torch.Tensor:
        """The generator's pictures for the same noise and places."""
        assert isinstance(module, Generator)
        w_plus = module.mapping(pictures.z)[:, None].expand(-1, module.config.num_slots, -1)
        if stage.dense:
            dense = module.dense_constant().float()
            f = warp_constant(dense, pictures.placement, stage.cells).to(module.constant.dtype)
        else:
            f = module.constant.expand(len(pictures), -1, -1, -1)
        return module(f, w_plus, dense=stage.dense, largest_side=stage.side)

    def loss(self, pictures: Pictures, stage: Stage) -> torch.Tensor:
        image, weight = pictures.floats()
        module = self.half.refresh(True) if stage.half else self.module
        made = self.make(module, pictures, stage)
        return picture_error(made, image, weight, stage.absolute)

    def after_backward(self, stage: Stage) -> None:
        """Hand the gradients of a half-precision copy back."""
        if stage.half:
            self.half.return_gradients()

    def measure(self, module: nn.Module, pictures: Pictures, stage: Stage) -> float:
        """PSNR in dB against the renders."""
        image, _ = pictures.floats()
        made = self.make(module, pictures, stage).clamp(-1, 1)
        return psnr(made, image)


class EncoderObjective:
    """The encoder must find the style and the moved constant that a picture was made from."""

    def __init__(self, recipe: Recipe, generator: Generator) -> None:
        self.generator = generator.eval().requires_grad_(False)
        self.module = Encoder(recipe.encoder)
        noise = torch.Generator().manual_seed(0)
        z = torch.randn(4096, generator.config.style_dim, generator=noise)
        with torch.no_grad():
            w = generator.mapping(z)
            self.mean = w.mean(dim=0)
            self.spread = (w - self.mean).square().mean()
            constant = generator.constant
            self.dense = generator.dense_constant()
            self.f_mean = constant.mean(dim=(0, 2, 3))
            self.f_spread = (constant - self.f_mean[:, None, None]).square().mean()
            self.module.feature_head.bias = nn.Parameter(self.f_mean.clone())
        self.half = HalfCopy(self.module)

    def parameter_groups(self) -> list[dict]:
        """What is trained, with the `gain` of its learning rate.

        The heads' last layer divides its weights by the root of their number, so they must move
        further than plain ones.
        """
        last = [p for head in self.module.style_heads for p in (head.weight, head.bias)]
        known = {id(p) for p in last}
        rest = [p for p in self.module.parameters() if id(p) not in known]
        return [{"params": rest, "gain": 1.0}, {"params": last, "gain": LAST_GAIN}]

    def begin(self, pictures: Pictures, stage: Stage, fresh: bool) -> None:
        """Freeze what makes `f` and fit the style heads, where the stage says so.

        `fresh`: the stage begins now and does not go on from a checkpoint.
        """
        made_of_f = [self.module.stem, *self.module.blocks[: FEATURE_TAPS[-1] + 1]]
        for part in (*made_of_f, self.module.feature_head):
            part.requires_grad_(not stage.heads_only)
        if stage.fit_heads and fresh:
            some = pictures.pick(torch.arange(min(FITTED, len(pictures))))
            with torch.no_grad():
                offsets = self.generator.mapping(some.z) - self.mean
            start_heads(self.module, some.floats()[0], offsets)

    def encode(self, module: nn.Module, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`f` [B, C, h, w] and `w_plus` [B, L, D]."""
        assert isinstance(module, Encoder)
        taps = module.extract_taps(image)
        return module.first_layer_feature(taps), module.style_offsets(taps) + self.mean

    def loss(self, pictures: Pictures, stage: Stage) -> torch.Tensor:
        image, weight = pictures.floats()
        with torch.no_grad():
            w = self.generator.mapping(pictures.z)[:, None]
            f_true = warp_constant(self.dense, pictures.placement, stage.cells)
        if stage.half:
            f, w_plus = self.encode(self.half.refresh(self.module.training), image.bfloat16())
        else:
            f, w_plus = self.encode(self.module, image)
        error = (f.float() - f_true).square().mean() / self.f_spread
        if stage.styles:
            error = error + STYLE * (w_plus.float() - w).square().mean() / self.spread
        if stage.image:
            made = self.generator(f.float(), w_plus.float(), largest_side=64)
            small, light = shrink_to(image, made), shrink_to(weight[:, None], made)[:, 0]
            error = error + stage.image * picture_error(made, small, light)
        return error

    def after_backward(self, stage: Stage) -> None:
        """Hand the gradients of a half-precision copy back."""
        if stage.half:
            self.half.return_gradients()

    def measure(self, module: nn.Module, pictures: Pictures, stage: Stage) -> float:
        """PSNR in dB of the decoded picture against the input."""
        image, _ = pictures.floats()
        f, w_plus = self.encode(module.eval(), image)
        return psnr(self.generator(f, w_plus).clamp(-1, 1), image)


def shrink_to(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """`x` averaged down to the size of `like`."""
    return F.adaptive_avg_pool2d(x, (like.shape[-2], like.shape[-1]))


def psnr(made: torch.Tensor, wanted: torch.Tensor) -> float:
    """Mean over the pictures of the peak signal-to-noise ratio in dB, for values in -1..1."""
    error = (made - wanted).square().mean(dim=(1, 2, 3)).clamp_min(1e-10)
    return (10 * torch.log10(4 / error)).mean().item()
