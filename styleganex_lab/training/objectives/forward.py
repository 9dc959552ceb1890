"""A task model run forward in training, whatever its precision, and on held-out pictures.

Convention: pictures are [B, 3, H, W] in -1..1.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F

from styleganex_core.images import to_pil
from styleganex_core.networks import Model
from styleganex_core.networks.encoder import Taps
from styleganex_core.networks.fusion import FUSION_TAPS
from styleganex_core.networks.generator import Fuse

from ..data.batch import Source, TaskBatch, prepare_input
from ..recipes.settings import Recipe
from .errors import psnr

FIRST_INJECTED_SLOT = 8  # slots from here on hold the style of sketches and masks
CHUNK = 4  # pictures
SHOWN = 6  # columns of a sample sheet


def encode_styles(model: Model, style: torch.Tensor, own_statistics: bool = False) -> torch.Tensor:
    """The styles [B, L, D] of style pictures, float32."""
    encoder = model.require_encoder()
    offsets = encoder.style_offsets(encoder.extract_taps(style, own_statistics))
    return offsets.float() + model.latent_avg.float()


def draw(
    model: Model,
    f: torch.Tensor,
    w_plus: torch.Tensor,
    taps: Taps,
    edit: torch.Tensor | None = None,
) -> torch.Tensor:
    """The picture of latents with the model's skip fusions, without noise; float32.

    `edit` [B, L, D] is added to the styles and opens the gates.
    """
    if edit is not None:
        w_plus = w_plus + edit
    return model.generator(f, w_plus.float(), fuse=_fuser(model, taps, edit)).float()


def _fuser(model: Model, taps: Taps, edit: torch.Tensor | None) -> Fuse:
    def fuse(step: int, x: torch.Tensor, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if step >= model.active_fusions:
            return x, rgb
        label = None if edit is None else edit[:, 2 * step + 1].to(x.dtype)
        return model.fusions[step](x, rgb, taps[FUSION_TAPS[step]], label)

    return fuse


@torch.no_grad()
def measure_task(
    recipe: Recipe, model: Model, source: Source, sheet: Path | None = None
) -> dict[str, float]:
    """PSNR in dB of results against their targets, and of inputs where they are pictures.

    `sheet`: where to write a picture of inputs, results and targets.
    """
    batch = source.pick(torch.arange(len(source)))
    x = prepare_input(recipe, batch.x, model.ratio)
    made = torch.cat([
        run_task(model, x[part], source.style_picture(part, x[part]), batch, part)
        for part in torch.arange(len(x)).split(CHUNK)
    ]).clamp(-1, 1)  # fmt: skip
    found = {"psnr": psnr(made, batch.y)}
    seen = _show(x, batch.y)
    if x.shape[1] == 3:
        found["input_psnr"] = psnr(seen, batch.y)
    if sheet is not None:
        rows = [torch.cat(list(part[:SHOWN]), dim=2) for part in (seen, made, batch.y)]
        to_pil(torch.cat(rows, dim=1)[None]).save(sheet)
    return found


def run_task(
    model: Model, x: torch.Tensor, style: torch.Tensor, batch: TaskBatch, part: torch.Tensor
) -> torch.Tensor:
    """What the model makes of whole inputs and style pictures, those of number `part`."""
    model.eval()
    encoder = model.require_encoder()
    x = x.to(model.device)
    taps = encoder.extract_taps(x, last_block=FUSION_TAPS[0])
    w_plus = encode_styles(model, style.to(model.device))
    if x.shape[1] != 3:
        late = _late(model, batch, part).to(w_plus)
        w_plus = torch.cat([w_plus[:, :FIRST_INJECTED_SLOT], late[:, FIRST_INJECTED_SLOT:]], dim=1)
    edit = None if batch.edit is None else batch.edit[part].to(w_plus)
    return draw(model, encoder.first_layer_feature(taps), w_plus, taps, edit).cpu()


def _late(model: Model, batch: TaskBatch, part: torch.Tensor) -> torch.Tensor:
    if batch.w_late is not None:
        return batch.w_late[part, None].expand(-1, model.num_slots, -1)
    assert batch.style_target is not None
    return encode_styles(model, batch.style_target[part].to(model.device))


def _show(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The input as a picture of the target's size."""
    if x.shape[1] == 1:
        x = x.expand(-1, 3, -1, -1) * 2 - 1
    elif x.shape[1] > 3:
        hue = torch.arange(x.shape[1]) * 2.4
        colours = torch.stack([(hue + shift).cos() for shift in (0.0, 2.1, 4.2)], dim=1)
        x = torch.einsum("bkhw,kc->bchw", x, colours * 0.8)
    if x.shape[-2:] == y.shape[-2:]:
        return x
    return F.interpolate(x, tuple(y.shape[-2:]), mode="bicubic", antialias=True).clamp(-1, 1)
