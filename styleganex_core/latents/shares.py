"""Which vectors an edit is made of, where nobody has named them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from ..datatypes import Latents


@dataclass(frozen=True)
class Shares:
    """An edit [B, L, D] as a sum of vectors, in the slots that it changes.

    `strengths` [N, B]: of the vectors in the order of `names`; `basis` [S * D, N]: the vectors in
    the `slots` [L]; `missed` [B]: how much of each edit no sum of them is, 0 to 1.
    """

    names: list[str]
    strengths: torch.Tensor
    basis: torch.Tensor
    slots: torch.Tensor
    missed: torch.Tensor

    def take_out(self, latents: Latents, strengths: torch.Tensor) -> Latents:
        """Latents with this edit, without so much of its vectors: `strengths` [N, B] of them."""
        edit = latents.edit
        assert edit is not None
        part = torch.zeros_like(edit)
        part[:, self.slots] = (
            (self.basis @ strengths).T.reshape(len(edit), -1, edit.shape[2]).to(part)
        )
        return replace(latents, w_plus=latents.w_plus - part.to(latents.w_plus), edit=edit - part)


def find_shares(edit: torch.Tensor | None, vectors: Mapping[str, torch.Tensor]) -> Shares | None:
    """The strengths with which vectors together come nearest to an edit, by least squares.

    None for no edit, or where no vector fits the edit's sizes.
    """
    if edit is None or not edit.any():
        return None
    slots = edit.abs().amax(dim=(0, 2)).cpu() > 0
    count, width = edit.shape[1:]
    rows = {
        name: vector.reshape(-1, width).cpu().double().expand(count, -1)[slots].flatten()
        for name, vector in vectors.items()
        if vector.shape[-1] == width and vector.numel() in (width, count * width)
    }
    if not rows:
        return None
    basis = torch.stack(list(rows.values()), dim=1)
    wanted = edit.cpu().double()[:, slots].flatten(1).T  # [S * D, B]
    strengths = torch.linalg.lstsq(basis, wanted).solution
    rest = (wanted - basis @ strengths).norm(dim=0)
    missed = rest / wanted.norm(dim=0).clamp_min(1e-12)
    return Shares(list(rows), strengths, basis, slots, missed)
