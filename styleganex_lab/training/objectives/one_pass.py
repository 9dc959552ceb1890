"""A model's one pass over pictures, in training: codes and skips found, changed, drawn, and gated.

Unlike the core's own pass, every picture of a batch may have its skips on or off and its gate open
or asked.

Gates are taught to close where an edit draws other shapes, else to stay open: skips carry the
photo's own detail, so a smile drawn through open gates keeps the old mouth. Of renders the true
change is known; of a photo it is what the same edit changes without skips. Gates as such, which
learn only from the picture's error: StyleGANEX, section 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from styleganex_core.networks import Generator, Model, SkipFusion
from styleganex_core.networks.encoder import ENCODER_SLOPE, Taps
from styleganex_core.networks.fusion import FUSION_TAPS

# Px of the half-size picture. Changes that are wider than `WIDE` are light and colour, under which
# the photo's detail stays right; round every other change a margin of `NEAR` is closed as well.
WIDE, NEAR = 9, 5
NOTHING, FULL = 0.025, 0.115  # mean absolute changes, of -1..1, that leave open and close a gate
CLOSED_WEIGHT = 6.0  # of px that should be closed, beside the many that should be open


@dataclass(frozen=True)
class Codes:
    """What an encoder finds in B pictures, or what is to be drawn.

    `f` [B, C, h, w], `w_plus` [B, L, D], `taps`: what the skips carry. `edit` [B, L, D]: what the
    gates are told. `skips`, `gated` [B], bool: whether skips are on, and whether they pass a gate.
    """

    f: torch.Tensor
    w_plus: torch.Tensor
    taps: Taps
    edit: torch.Tensor
    skips: torch.Tensor
    gated: torch.Tensor

    def pick(self, index: torch.Tensor) -> Codes:
        """Those of some pictures, which may come more than once."""
        taps = {number: tap[index] for number, tap in self.taps.items()}
        others = (self.f, self.w_plus, self.edit, self.skips, self.gated)
        f, w_plus, edit, skips, gated = (part[index] for part in others)
        return Codes(f, w_plus, taps, edit, skips, gated)


class OnePass:
    """Encodes and draws with a model; compiled, if asked, for pictures of one size.

    `generator`: another that draws in the place of the model's own.
    """

    def __init__(
        self, model: Model, *, generator: Generator | None = None, compiled: bool = False
    ) -> None:
        self.model, self.generator = model, generator or model.generator
        self.taps = sorted(set(FUSION_TAPS[: model.active_fusions]))
        self.layout = torch.contiguous_format  # of feature maps in memory
        self._find, self._draw = self._run_encoder, self._run_generator
        if compiled:
            self._find = torch.compile(self._run_encoder, dynamic=False)
            self._draw = torch.compile(self._run_generator, dynamic=False)

    def encode(self, pictures: torch.Tensor) -> Codes:
        """The codes of pictures [B, 3, H, W]; skips on and their gates open."""
        f, w_plus, taps = self._find(pictures.contiguous(memory_format=self.layout))
        on = torch.ones(len(f), dtype=torch.bool, device=f.device)
        return Codes(f, w_plus, taps, torch.zeros_like(w_plus), on, ~on)

    def draw(self, codes: Codes) -> torch.Tensor:
        """The pictures [B, 3, H, W] of codes, float32."""
        return self.draw_with_gates(codes)[0]

    def draw_with_gates(self, codes: Codes) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        """The pictures, and what each fusion's gate says, [B, 1, h, w] float32, asked or not."""
        skips, gated = (part[:, None, None, None] for part in (codes.skips, codes.gated))
        f = codes.f.contiguous(memory_format=self.layout)
        taps = {
            number: tap.contiguous(memory_format=self.layout) for number, tap in codes.taps.items()
        }
        return self._draw(f, codes.w_plus, taps, codes.edit, skips, gated)

    def _run_encoder(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Taps]:
        encoder = self.model.require_encoder()
        taps = encoder.extract_taps(pictures)
        w_plus = self.model.latent_avg + encoder.style_offsets(taps).float()
        kept = {number: taps[number] for number in self.taps}
        return encoder.first_layer_feature(taps).float(), w_plus, kept

    def _run_generator(
        self,
        f: torch.Tensor,
        w_plus: torch.Tensor,
        taps: Taps,
        edit: torch.Tensor,
        skips: torch.Tensor,
        gated: torch.Tensor,
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        count = self.model.active_fusions
        gates: list[torch.Tensor] = []

        def fuse(
            step: int, x: torch.Tensor, rgb: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            if step >= count:
                return x, rgb
            fusion = self.model.fusions[step]
            assert isinstance(fusion, SkipFusion) and fusion.gate is not None
            skip = F.leaky_relu(fusion.transform(taps[FUSION_TAPS[step]]), ENCODER_SLOPE)
            gate = fusion.gate(x, skip, edit[:, 2 * step + 1])
            gates.append(gate.float())
            skip = torch.where(gated, gate * skip, skip).to(x.dtype)
            fused = fusion.mix(torch.cat([x, skip], dim=1)).to(x.dtype)
            return torch.where(skips, fused, x), rgb

        picture = self.generator(f, w_plus, fuse=fuse).float()
        return picture, tuple(gates)


def find_open_px(change: torch.Tensor) -> torch.Tensor:
    """Where the photo's detail may stay under a change [N, 3, H, W], in 0..1, [N, 1, H/2, W/2]."""
    small = F.avg_pool2d(change, 2)
    shapes = small - _blur(_blur(small, WIDE), WIDE)
    amount = F.max_pool2d(shapes.abs().mean(dim=1, keepdim=True), NEAR, 1, NEAR // 2)
    return 1 - ((_blur(amount, NEAR) - NOTHING) / (FULL - NOTHING)).clamp(0, 1)


def gate_error(
    gates: Sequence[torch.Tensor], wanted: torch.Tensor, counted: torch.Tensor
) -> torch.Tensor:
    """How far gates [B, 1, h, w] of any size are from the wanted openness [B, 1, H, W].

    `counted` [B], bool: the pictures whose gates were asked; the others count as right.
    """
    share = counted.to(wanted)[:, None, None, None]
    total = wanted.new_zeros(())
    for gate in gates:
        due = F.adaptive_avg_pool2d(wanted, (gate.shape[-2], gate.shape[-1]))
        total = total + (share * (1 + CLOSED_WEIGHT * (1 - due)) * (gate - due).square()).mean()
    return total / max(1, len(gates))


def _blur(x: torch.Tensor, side: int) -> torch.Tensor:
    return F.avg_pool2d(x, side, 1, side // 2, count_include_pad=False)
