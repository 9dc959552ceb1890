"""The pictures of one training step, of any task."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch


@dataclass(frozen=True)
class TaskBatch:
    """What a task trains on; B pictures.

    `x` [B, 3, h, w] in -1..1 (or 1 or 19 channels in 0..1): the input. `y` [B, 3, H, W]: the
    target at the output's size. `style` like `x`, side 256 in the paper: the style picture, taken
    before any augmentation. `style_target` [B, 3, h, w]: the real picture that late styles of
    sketches and masks come from. `weight` [B, H, W]: how much each px counts. `w_plus` [B, L, D]:
    styles that were found already. `w_true`, `w_late` [B, D]: the styles that a rendered picture
    was made from, and those for its late slots. `f` [B, C, h, w]: the true first-layer feature.
    `edit` [B, L, D]: the edit vector to apply, strength included. `motion` [B, 3, 3]: how the
    flicker loss moves the pictures. `seeds` [B]: of what a generator draws. Absent parts
    are None.
    `own_statistics`: batch norms use each picture's own.
    """

    x: torch.Tensor
    y: torch.Tensor
    style: torch.Tensor | None = None
    style_target: torch.Tensor | None = None
    weight: torch.Tensor | None = None
    w_plus: torch.Tensor | None = None
    w_true: torch.Tensor | None = None
    w_late: torch.Tensor | None = None
    f: torch.Tensor | None = None
    edit: torch.Tensor | None = None
    motion: torch.Tensor | None = None
    seeds: torch.Tensor | None = None
    own_statistics: bool = False

    def __len__(self) -> int:
        return len(self.x)

    def to(self, device: torch.device) -> TaskBatch:
        """The same batch on a device."""
        parts = {
            field.name: part.to(device)
            for field in fields(self)
            if isinstance(part := getattr(self, field.name), torch.Tensor)
        }
        return replace(self, **parts)
