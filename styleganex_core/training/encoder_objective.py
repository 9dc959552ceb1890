"""What the encoder of the demo minimises.

The rendered set knows each picture's style and the place of its face, so `f` and `w_plus` have true
values to be regressed to; a picture error through the generator can come on top.
"""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

from ..networks import Encoder, Generator
from ..networks.encoder import ENCODER_SLOPE, Taps
from .aligned_heads import fit_aligned_heads
from .data import FULL_SIDE, JITTER, Pictures, aligned_placement, warp_constant
from .half import HalfCopy
from .objectives import picture_error, psnr, shrink_to
from .recipes import Recipe, Stage

AWAY = 0.25  # weight of the styles of faces that are not aligned: the encoder is given aligned ones
CACHED_TAP = 6  # the block whose output is kept when all before it is frozen
PROBED_TAP, PROBE_SIDE = 20, 8  # the linear probe sees this block's output, averaged to 8x8
HEAD_START = 0.1  # spread of the style heads' last weights at first
CHUNK = 16  # pictures


class EncoderObjective:
    """The encoder must find the style and the moved constant that a picture was made from.

    Besides the encoder, `module` holds a linear probe of styles from one block's output. It is
    trained in place of the deep style heads first, because styles reach the trunk through it at
    once.
    """

    def __init__(self, recipe: Recipe, generator: Generator) -> None:
        self.generator = generator.eval().requires_grad_(False)
        encoder = Encoder(recipe.encoder)
        _start_evenly(encoder)
        probed = recipe.encoder.widths[2] * PROBE_SIDE**2
        probe = nn.Linear(probed, recipe.encoder.style_dim)
        self.module = nn.ModuleDict({"encoder": encoder, "probe": probe})
        noise = torch.Generator().manual_seed(0)
        z = torch.randn(4096, generator.config.style_dim, generator=noise)
        with torch.no_grad():
            w = generator.mapping(z)
            self.mean = w.mean(dim=0)
            self.spread = (w - self.mean).square().mean()
            constant = generator.constant
            self.dense = generator.dense_constant()
            f_mean = constant.mean(dim=(0, 2, 3))
            self.f_spread = (constant - f_mean[:, None, None]).square().mean()
            encoder.feature_head.bias = nn.Parameter(f_mean.clone())
        self.half = HalfCopy(self.module)

    def parameter_groups(self) -> list[dict]:
        """What is trained, with the `gain` of its learning rate."""
        return [{"params": list(self.module.parameters()), "gain": 1.0}]

    def begin(self, pictures: Pictures, stage: Stage, fresh: bool) -> Pictures:
        """The pictures of a stage; with the outputs of the frozen blocks, where it has such.

        `fresh`: the stage begins now and does not go on from a checkpoint.
        """
        encoder = self.module["encoder"]
        assert isinstance(encoder, Encoder)
        for part in (encoder.stem, *encoder.blocks[: CACHED_TAP + 1]):
            part.requires_grad_(not stage.cached)
        if not stage.cached:
            return pictures
        encoder.eval()
        tap = torch.cat([
            encoder.extract_taps(_scale(image), last_block=CACHED_TAP)[CACHED_TAP].bfloat16()
            for image in pictures.image.split(CHUNK)
        ])  # fmt: skip
        pictures = replace(pictures, tap=tap)
        if stage.fit_heads and fresh:
            self._fit_heads(encoder, pictures, stage)
        return pictures

    def _fit_heads(self, encoder: Encoder, pictures: Pictures, stage: Stage) -> None:
        near = torch.nonzero(_importance(pictures.placement, stage) == 1).flatten()
        parts = []
        for rows in near.split(CHUNK):
            tap = pictures.pick(rows).tap
            assert tap is not None
            parts.append(encoder.style_inputs(_finish_taps(encoder, tap.float())))
        groups = tuple(torch.cat(group) for group in zip(*parts, strict=True))
        fit_aligned_heads(encoder, groups, self.generator.mapping(pictures.z[near]) - self.mean)

    def encode(
        self, module: nn.Module, pictures: Pictures, stage: Stage, dtype: torch.dtype
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """`f` [B, C, h, w] and styles [B, L, D], or [B, 1, D] from the probe."""
        assert isinstance(module, nn.ModuleDict)
        encoder = module["encoder"]
        assert isinstance(encoder, Encoder)
        if pictures.tap is None:
            taps = encoder.extract_taps(_scale(pictures.image).to(dtype))
        else:
            taps = _finish_taps(encoder, pictures.tap.to(dtype))
        f = encoder.first_layer_feature(taps).float()
        if stage.probe:
            small = F.adaptive_avg_pool2d(taps[PROBED_TAP], PROBE_SIDE)
            offsets = module["probe"](small.flatten(1))[:, None]
        else:
            offsets = encoder.style_offsets(taps)
        return f, offsets.float() + self.mean

    def loss(self, pictures: Pictures, stage: Stage) -> torch.Tensor:
        with torch.no_grad():
            w = self.generator.mapping(pictures.z)[:, None]
            f_true = warp_constant(self.dense, pictures.placement, stage.cells)
        if stage.half:
            module = self.half.refresh(True)
            f, styles = self.encode(module, pictures, stage, torch.bfloat16)
        else:
            f, styles = self.encode(self.module, pictures, stage, torch.float32)
        error = (f - f_true).square().mean() / self.f_spread
        style_error = (styles - w).square().mean(dim=(1, 2)) / self.spread
        error = error + (style_error * _importance(pictures.placement, stage)).mean()
        if stage.image:
            image, weight = pictures.floats()
            made = self.generator(f, styles, largest_side=64)
            small, light = shrink_to(image, made), shrink_to(weight[:, None], made)[:, 0]
            error = error + stage.image * picture_error(made, small, light)
        return error

    def after_backward(self, stage: Stage) -> None:
        """Hand the gradients of a half-precision copy back."""
        if stage.half:
            self.half.return_gradients()

    def measure(self, module: nn.Module, pictures: Pictures, stage: Stage) -> float:
        """PSNR in dB of the decoded picture against the input."""
        f, styles = self.encode(module.eval(), pictures, stage, torch.float32)
        styles = styles.expand(-1, self.generator.config.num_slots, -1)
        return psnr(self.generator(f, styles).clamp(-1, 1), _scale(pictures.image))


def _start_evenly(encoder: Encoder) -> None:
    """Start the style heads so that six convolutions neither shrink nor swell what they are given;
    torch's own start shrinks it until only biases are left.
    """
    for head in encoder.style_heads:
        for name, parameter in head.named_parameters():
            if parameter.ndim == 4:
                nn.init.kaiming_normal_(parameter, a=ENCODER_SLOPE)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
            else:
                nn.init.normal_(parameter, std=HEAD_START)


def _finish_taps(encoder: Encoder, tap: torch.Tensor) -> Taps:
    """The taps from `CACHED_TAP` on, whose output is `tap`."""
    taps, x = {CACHED_TAP: tap}, tap
    for index in range(CACHED_TAP + 1, len(encoder.blocks)):
        x = encoder.blocks[index](x, False)
        taps[index] = x
    return taps


def _importance(placement: torch.Tensor, stage: Stage) -> torch.Tensor:
    """Weights [B] of the styles: 1 for aligned faces, `AWAY` for others."""
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE).clone()
    home[:, 0] += (stage.cells[1] - 32) * 4
    home[:, 1] += (stage.cells[0] - 32) * 4
    off = placement - home
    off[:, 2] = placement[:, 2].log()
    near = (off.abs() < 4 * torch.tensor(JITTER)).all(dim=1)
    return torch.where(near, 1.0, AWAY)


def _scale(image: torch.Tensor) -> torch.Tensor:
    """Bytes as -1..1."""
    return image.float() / 127.5 - 1
