"""What the encoder of the demo minimises.

The rendered set knows each picture's style and the place of its face, so `f` and `w_plus` have true
values to be regressed to; a picture error through the generator can come on top.
"""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.networks import Encoder, Generator
from styleganex_core.networks.encoder import Taps, spread_over_slots

from .data import (
    CELL,
    FULL_SIDE,
    JITTER,
    Pictures,
    aligned_placement,
    draw_noise,
    from_levels,
    render_pictures,
    warp_constant,
)
from .half import HalfCopy
from .normed_heads import normed_heads, unfold_heads
from .objectives import picture_error, psnr, shrink_to
from .recipes import Recipe, Stage

AWAY = 0.25  # the probe's weight of the styles of unaligned faces; the heads see none
CACHED_TAP = 6  # the block whose output is kept when all before it is frozen
PROBED_TAP, PROBE_SIDE = 20, 8  # the linear probe sees this block's output, averaged to 8x8
CHUNK = 16  # pictures
PEOPLE, SEEN_SIDE, NUDGE = 24, 64, 0.3  # of the sensitivity: people, px, standard deviations


class EncoderObjective:
    """The encoder must find the style and the moved constant that a picture was made from.

    Besides the encoder, `module` holds what stands in for its style heads while it is trained: a
    linear probe of one block's output, through which styles reach the trunk at once, and heads
    with batch norms, which are folded into the encoder's own when all is done (`fold_heads`).
    """

    def __init__(self, recipe: Recipe, generator: Generator) -> None:
        self.generator = generator.eval().requires_grad_(False)
        encoder = Encoder(recipe.encoder)
        probed = recipe.encoder.widths[2] * PROBE_SIDE**2
        probe = nn.Linear(probed, recipe.encoder.style_dim)
        heads = normed_heads(recipe.encoder)
        self.module = nn.ModuleDict({"encoder": encoder, "probe": probe, "heads": heads})
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
        self.sensitivity: torch.Tensor | None = None  # found when a stage needs it
        self.half = HalfCopy(self.module)

    @torch.no_grad()
    def go_on_from(self, encoder: Encoder) -> None:
        """Begin with a finished encoder instead of a new one."""
        own, heads = self.module["encoder"], self.module["heads"]
        assert isinstance(own, Encoder) and isinstance(heads, nn.ModuleList)
        # What the recipe says of the encoder stands among its weights, and stays.
        own.load_state_dict({**own.state_dict(), **encoder.state_dict()})
        people = draw_noise(
            PEOPLE * 4, self.generator.config.style_dim, torch.Generator().manual_seed(1)
        )
        home = aligned_placement(len(people), FULL_SIDE, FULL_SIDE)
        cells = (FULL_SIDE // CELL, FULL_SIDE // CELL)
        pictures = render_pictures(people, home, side=FULL_SIDE, cells=cells, style="photo")
        pyramid = encoder.eval().style_inputs(encoder.extract_taps(from_levels(pictures.image)))
        unfold_heads(heads, encoder.style_heads, pyramid)

    def parameter_groups(self) -> list[dict]:
        """What is trained, with the `gain` of its learning rate."""
        return [{"params": list(self.module.parameters()), "gain": 1.0}]

    def begin(self, pictures: Pictures, stage: Stage) -> Pictures:
        """The pictures of a stage; with the outputs of the frozen blocks, where it has such."""
        encoder = self.module["encoder"]
        assert isinstance(encoder, Encoder)
        for part in (encoder.stem, *encoder.blocks[: CACHED_TAP + 1]):
            part.requires_grad_(not stage.cached)
        if stage.seen and self.sensitivity is None:
            self.sensitivity = measure_sensitivity(self.generator)
        if not stage.cached:
            return pictures
        encoder.eval()
        tap = torch.cat([
            encoder.extract_taps(from_levels(image), last_block=CACHED_TAP)[CACHED_TAP].bfloat16()
            for image in pictures.image.split(CHUNK)
        ])  # fmt: skip
        return replace(pictures, tap=tap)

    def encode(
        self, module: nn.Module, pictures: Pictures, stage: Stage, dtype: torch.dtype
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """`f` [B, C, h, w] and styles [B, L, D], or [B, 1, D] from the probe."""
        assert isinstance(module, nn.ModuleDict)
        encoder = module["encoder"]
        assert isinstance(encoder, Encoder)
        if pictures.tap is None:
            taps = encoder.extract_taps(from_levels(pictures.image).to(dtype))
        else:
            taps = _finish_taps(encoder, pictures.tap.to(dtype))
        f = encoder.first_layer_feature(taps).float()
        if stage.probe:
            small = F.adaptive_avg_pool2d(taps[PROBED_TAP], PROBE_SIDE)
            offsets = module["probe"](small.flatten(1))[:, None]
        else:
            heads = module["heads"]
            assert isinstance(heads, nn.ModuleList)
            found = [head(x) for head, x in zip(heads, encoder.style_inputs(taps), strict=True)]
            offsets = spread_over_slots(found, encoder.config)
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
        error = stage.feature * (f - f_true).square().mean() / self.f_spread
        squares = (styles - w).square()
        style_error = squares.mean(dim=(1, 2)) / self.spread
        if stage.seen:
            assert self.sensitivity is not None
            seen = (squares * self.sensitivity).sum(dim=2).mean(dim=1)
            style_error = style_error + stage.seen * seen
        importance = _importance(pictures.placement, stage)
        error = error + (style_error * importance).mean()
        if stage.image:
            image, weight = pictures.floats()
            drawn = torch.where(importance[:, None, None] == 1, styles, w)
            made = self.generator(f, drawn, largest_side=64)
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
        return psnr(self.generator(f, styles).clamp(-1, 1), from_levels(pictures.image))


@torch.no_grad()
def measure_sensitivity(generator: Generator) -> torch.Tensor:
    """How much each number of the style is seen, [D]: the mean square change of an aligned picture
    of 64 px per square of its own change, for small changes of all slots alike.

    Numbers that say nothing have none.
    """
    random = torch.Generator().manual_seed(0)
    z = torch.randn(PEOPLE, generator.config.style_dim, generator=random)
    w = generator.mapping(z)
    spread = w.std(dim=0)
    f = generator.dense_constant().expand(len(w), -1, -1, -1)

    def draw(styles: torch.Tensor) -> torch.Tensor:
        w_plus = styles[:, None].expand(-1, generator.config.num_slots, -1)
        return generator(f, w_plus, largest_side=SEEN_SIDE)

    before = draw(w)
    found = torch.zeros_like(spread)
    for index in spread.nonzero().flatten().tolist():
        step = NUDGE * spread[index]
        moved = w.clone()
        moved[:, index] += step
        found[index] = (draw(moved) - before).square().mean() / step**2
    return found


def _finish_taps(encoder: Encoder, tap: torch.Tensor) -> Taps:
    """The taps from `CACHED_TAP` on, whose output is `tap`."""
    taps, x = {CACHED_TAP: tap}, tap
    for index in range(CACHED_TAP + 1, len(encoder.blocks)):
        x = encoder.blocks[index](x, False)
        taps[index] = x
    return taps


def _importance(placement: torch.Tensor, stage: Stage) -> torch.Tensor:
    """Weights [B] of the styles: 1 for aligned faces, less for others."""
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE).clone()
    home[:, 0] += (stage.cells[1] - 32) * 4
    home[:, 1] += (stage.cells[0] - 32) * 4
    off = placement - home
    off[:, 2] = placement[:, 2].log()
    near = (off.abs() < 4 * torch.tensor(JITTER)).all(dim=1)
    return torch.where(near, 1.0, AWAY if stage.probe else 0.0)
