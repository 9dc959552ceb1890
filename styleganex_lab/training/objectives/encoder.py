"""What the encoder of the demo minimises.

The rendered set knows each picture's style and the place of its face, so `f` and `w_plus` have true
values to be regressed to; a picture error through the generator can come on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.networks import Encoder, Generator
from styleganex_core.networks.encoder import Taps, spread_over_slots

from ...portraits import aligned_placement
from ...portraits.people import FULL_SIDE, JITTER, from_levels, sample_people
from ..data.people import PeopleData, Pictures, render_pictures, warp_constant
from ..optim import Learner
from ..recipes.settings import EncoderLosses, Phase, Portraits, Recipe, expect
from ..run.ranks import Ranks
from ..start.style_heads import make_training_heads, unfold_heads
from ..start.styles import styles_of_renders
from . import MODEL, Terms, Turn
from .errors import picture_error, psnr, shrink_to

AWAY = 0.25  # the probe's weight of the styles of unaligned faces; the heads see none
CACHED_TAP = 6  # the block whose output is kept when all before it is frozen
PROBED_TAP, PROBE_SIDE = 20, 8  # the linear probe sees this block's output, averaged to 8x8
CHUNK = 16  # pictures
PEOPLE, VISIBLE_SIDE, NUDGE = 24, 64, 0.3  # of the sensitivity: people, px, standard deviations


class EncoderObjective:
    """The encoder must find the style and the moved constant that a picture was made from.

    Besides the encoder, the trained module holds what stands in for its style heads meanwhile: a
    linear probe of one block's output, through which styles reach the trunk at once, and heads
    with batch norms, which are folded into the encoder's own when all is done (`fold_heads`).
    """

    def __init__(
        self, recipe: Recipe, generator: Generator, device: torch.device | None = None
    ) -> None:
        """`generator`: the frozen one whose styles and constant are to be found."""
        config = recipe.networks.encoder
        assert config is not None
        device = device or torch.device("cpu")
        self.generator = generator.to(device).eval().requires_grad_(False)
        encoder = Encoder(config)
        probe = nn.Linear(config.widths[2] * PROBE_SIDE**2, config.style_dim)
        heads = make_training_heads(config)
        module = nn.ModuleDict({"encoder": encoder, "probe": probe, "heads": heads}).to(device)
        noise = torch.Generator().manual_seed(0)
        z = torch.randn(4096, generator.config.style_dim, generator=noise).to(device)
        with torch.no_grad():
            w = styles_of_renders(generator, z)
            self.mean = w.mean(dim=0)
            self.spread = (w - self.mean).square().mean()
            constant = generator.constant
            self.dense = generator.dense_constant()
            f_mean = constant.mean(dim=(0, 2, 3))
            self.f_spread = (constant - f_mean[:, None, None]).square().mean()
            encoder.feature_head.bias = nn.Parameter(f_mean.clone())
        self.sensitivity: torch.Tensor | None = None  # found when a phase needs it
        largest = recipe.optimisation.largest_gradient
        self.model = Learner(module, device, largest_gradient=largest, half=recipe.half)
        self.learners = {MODEL: self.model}
        self.pictures = Portraits(side=FULL_SIDE)
        self.losses = EncoderLosses()

    @torch.no_grad()
    def go_on_from(self, encoder: Encoder) -> None:
        """Begin with a finished encoder instead of a new one."""
        own, heads = _parts(self.model.module)
        # What the recipe says of the encoder is among its weights, and stays.
        own.load_state_dict({**own.state_dict(), **encoder.state_dict()})
        people = sample_people(
            PEOPLE * 4, self.generator.config.style_dim, torch.Generator().manual_seed(1)
        )
        home = aligned_placement(len(people), FULL_SIDE, FULL_SIDE)
        pictures = render_pictures(people, home, Portraits(side=FULL_SIDE)).to(self.model.device)
        encoder = encoder.to(self.model.device).eval()
        pyramid = encoder.style_inputs(encoder.extract_taps(from_levels(pictures.image)))
        unfold_heads(heads, encoder.style_heads, pyramid)

    @torch.no_grad()
    def begin(self, phase: Phase, data: PeopleData, *, number: int, fresh: bool) -> None:
        """Take over the phase's settings; run the blocks that rest on all pictures, where asked."""
        self.pictures = expect(phase.pictures, Portraits)
        self.losses = expect(phase.losses, EncoderLosses)
        if self.losses.visible and self.sensitivity is None:
            self.sensitivity = measure_sensitivity(self.generator)
        if self.losses.cached:
            assert data.pictures is not None
            encoder, _ = _parts(self.model.module.eval())
            parts = [
                encoder.extract_taps(
                    from_levels(image.to(self.model.device)), last_block=CACHED_TAP
                )[CACHED_TAP]
                for image in data.pictures.image.split(CHUNK)
            ]
            tap = torch.cat([part.bfloat16().cpu() for part in parts])
            data.pictures = replace(data.pictures, tap=tap)

    def share(self, ranks: Ranks) -> None:
        """Nothing to do: one process alone."""

    def encode(
        self, module: nn.Module, pictures: Pictures, dtype: torch.dtype = torch.float32
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """`f` [B, C, h, w] and styles [B, L, D], or [B, 1, D] from the probe."""
        assert isinstance(module, nn.ModuleDict)
        encoder, heads = _parts(module)
        if pictures.tap is None:
            taps = encoder.extract_taps(from_levels(pictures.image).to(dtype))
        else:
            taps = _finish_taps(encoder, pictures.tap.to(dtype))
        f = encoder.first_layer_feature(taps).float()
        if self.losses.probe:
            small = F.adaptive_avg_pool2d(taps[PROBED_TAP], PROBE_SIDE)
            offsets = module["probe"](small.flatten(1))[:, None]
        else:
            found = [head(x) for head, x in zip(heads, encoder.style_inputs(taps), strict=True)]
            offsets = spread_over_slots(found, encoder.config)
        return f, offsets.float() + self.mean

    def turns(self, batch: Pictures, *, step: int, done: float) -> Iterator[Turn]:
        """One turn: the errors of `f`, of the styles and, where asked, of the decoded picture."""
        losses, cells = self.losses, self.pictures.cells
        self.model.module.train()
        with torch.no_grad():
            w = styles_of_renders(self.generator, batch.z)[:, None]
            f_true = warp_constant(self.dense, batch.placement, cells)
        if self.model.half_copy:
            f, styles = self.encode(self.model.half_copy.refresh(True), batch, torch.bfloat16)
        else:
            f, styles = self.encode(self.model.module, batch)
        terms: Terms = {"features": losses.feature * (f - f_true).square().mean() / self.f_spread}
        squares = (styles - w).square()
        style_error = squares.mean(dim=(1, 2)) / self.spread
        if losses.visible:
            assert self.sensitivity is not None
            visible = (squares * self.sensitivity).sum(dim=2).mean(dim=1)
            style_error = style_error + losses.visible * visible
        importance = _importance(batch.placement, cells, AWAY if losses.probe else 0.0)
        terms["styles"] = (style_error * importance).mean()
        if losses.image:
            image, weight = batch.floats()
            drawn = torch.where(importance[:, None, None] == 1, styles, w)
            made = self.generator(f, drawn, largest_side=64)
            small, light = shrink_to(image, made), shrink_to(weight[:, None], made)[:, 0]
            terms["pixel"] = losses.image * picture_error(made, small, light)
        yield Turn(MODEL, terms)

    def measure(self, average: nn.Module, data: PeopleData, sheet: Path) -> dict[str, float]:
        """PSNR in dB of the decoded picture against the input."""
        assert data.held_out is not None
        pictures = data.held_out.to(self.model.device)
        f, styles = self.encode(average.eval(), pictures)
        styles = styles.expand(-1, self.generator.config.num_slots, -1)
        made = self.generator(f, styles).clamp(-1, 1)
        return {"psnr": psnr(made, from_levels(pictures.image))}


def _parts(module: nn.Module) -> tuple[Encoder, nn.ModuleList]:
    """The encoder and the heads of what is trained."""
    assert isinstance(module, nn.ModuleDict)
    encoder, heads = module["encoder"], module["heads"]
    assert isinstance(encoder, Encoder) and isinstance(heads, nn.ModuleList)
    return encoder, heads


@torch.no_grad()
def measure_sensitivity(generator: Generator) -> torch.Tensor:
    """How visible each number of the style is, [D]: the mean square change of an aligned picture
    of 64 px per square of its own change, for small changes of all slots alike.

    It is 0 for numbers that have no influence on the picture.
    """
    random = torch.Generator().manual_seed(0)
    z = torch.randn(PEOPLE, generator.config.style_dim, generator=random)
    w = styles_of_renders(generator, z.to(generator.constant))
    spread = w.std(dim=0)
    f = generator.dense_constant().expand(len(w), -1, -1, -1)

    def draw(styles: torch.Tensor) -> torch.Tensor:
        w_plus = styles[:, None].expand(-1, generator.config.num_slots, -1)
        return generator(f, w_plus, largest_side=VISIBLE_SIDE)

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


def _importance(placement: torch.Tensor, cells: tuple[int, int], away: float) -> torch.Tensor:
    """Weights [B] of the styles: 1 for aligned faces, `away` for others."""
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE).to(placement, copy=True)
    home[:, 0] += (cells[1] - 32) * 4
    home[:, 1] += (cells[0] - 32) * 4
    off = placement - home
    off[:, 2] = placement[:, 2].log()
    near = (off.abs() < 4 * torch.tensor(JITTER).to(off)).all(dim=1)
    return torch.where(near, 1.0, away)
