"""A picture and its label map, painted from back to front."""

from __future__ import annotations

import torch

# CelebAMask-HQ classes; left and right are the subject's, so class 2 lies on the picture's right.
BACKGROUND, SKIN, L_BROW, R_BROW, L_EYE, R_EYE, GLASSES, L_EAR, R_EAR, EARRING = range(10)
NOSE, MOUTH, U_LIP, L_LIP, NECK, NECKLACE, CLOTH, HAIR, HAT = range(10, 19)


class Canvas:
    """Holds `image` [B, 3, H, W] (0..1) and `labels` [B, H, W]; `paint` adds a layer to both."""

    def __init__(self, image: torch.Tensor, labels: torch.Tensor) -> None:
        self.image = image
        self.labels = labels

    def paint(
        self, alpha: torch.Tensor, colour: torch.Tensor, label: int | torch.Tensor | None = None
    ) -> None:
        """Lay `colour` [B, 3, 1 or H, 1 or W] over the picture with opacity `alpha` [B, H, W].

        Where it is more than half opaque, the label becomes `label` (a number or a plane of them).
        """
        self.image = torch.lerp(self.image, colour.expand_as(self.image), alpha[:, None])
        if label is not None:
            if isinstance(label, int):
                self.labels = self.labels.masked_fill(alpha > 0.5, label)
            else:
                self.labels = torch.where(alpha > 0.5, label, self.labels)
