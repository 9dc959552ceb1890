"""What generators minimise, and the errors of pictures that all trainings share.

An objective owns a module to train and returns the loss of a batch of pictures.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.networks import Generator

from .data import Pictures, warp_constant
from .half import HalfCopy
from .mapping import design_mapping
from .recipes import Recipe, Stage

PAIR = 0.06  # weight of the error of the change between two pictures of a pair
SQUARED, SLOPE = 2.5, 1.0  # weights of the squared error and of the error of the gradients


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


def change_error(made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How much of the change from picture 2i to 2i + 1 [2N, 3, H, W] is missing or too much, as a
    share of the wanted change, so that a smile counts as much as a turned head.
    """
    got, due = made[1::2] - made[0::2], wanted[1::2] - wanted[0::2]
    share = (got - due).square().mean(dim=(1, 2, 3)) / (due.square().mean(dim=(1, 2, 3)) + 1e-4)
    return share.clamp_max(4.0).mean()


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

    def begin(self, pictures: Pictures, stage: Stage) -> Pictures:
        """The pictures of a stage, as they are."""
        return pictures

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
        error = picture_error(made, image, weight, stage.absolute)
        return error + PAIR * change_error(made, image) if stage.pairs else error

    def after_backward(self, stage: Stage) -> None:
        """Hand the gradients of a half-precision copy back."""
        if stage.half:
            self.half.return_gradients()

    def measure(self, module: nn.Module, pictures: Pictures, stage: Stage) -> float:
        """PSNR in dB against the renders."""
        image, _ = pictures.floats()
        made = self.make(module, pictures, stage).clamp(-1, 1)
        return psnr(made, image)


def shrink_to(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """`x` averaged down to the size of `like`."""
    return F.adaptive_avg_pool2d(x, (like.shape[-2], like.shape[-1]))


def psnr(made: torch.Tensor, wanted: torch.Tensor) -> float:
    """Mean over the pictures of the peak signal-to-noise ratio in dB, for values in -1..1."""
    error = (made - wanted).square().mean(dim=(1, 2, 3)).clamp_min(1e-10)
    return (10 * torch.log10(4 / error)).mean().item()
