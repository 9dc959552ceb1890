"""Photos of a folder beside rendered scenes: what sketches and masks of real people learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from .batch import TaskBatch
from .folder import FolderSource
from .people import weigh_labels
from .scenes import SceneSource

ENCODED = 8  # photos at once
JOINED = ("x", "y", "weight", "w_true", "w_late")  # parts of a batch


class PhotosBesideRenders:
    """Batches of which every second picture is a photo and the others are renders.

    Pictures of even number are photos, those of odd number renders; the smaller kind repeats. For
    photos the styles that an encoder finds in them stand for the truth.
    """

    def __init__(
        self,
        photos: FolderSource,
        scenes: SceneSource,
        find_styles: Callable[[torch.Tensor], torch.Tensor],
    ) -> None:
        """`find_styles`: gives the styles [B, D] of pictures [B, 3, h, w]."""
        self.photos, self.scenes = photos, scenes
        self.w_plus: torch.Tensor | None = None
        parts = []
        for index in torch.arange(len(photos)).split(ENCODED):
            target = photos.pick(index).style_target
            assert target is not None
            parts.append(find_styles(target))
        self.styles = torch.cat(parts)

    def __len__(self) -> int:
        return 2 * max(len(self.photos), len(self.scenes))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px of the inputs."""
        return self.scenes.size

    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures by their numbers."""
        is_render = index % 2 == 1
        parts = []
        if bool((~is_render).any()):
            number = index[~is_render] // 2 % len(self.photos)
            parts.append(self._pick_photos(number))
        if bool(is_render.any()):
            parts.append(self.scenes.pick(index[is_render] // 2 % len(self.scenes)))
        # Back into the order that was asked for: photos and renders were taken apart.
        places = torch.argsort(torch.argsort(is_render.long(), stable=True))
        x, y, weight, w_true, w_late = (
            torch.cat([getattr(part, name) for part in parts])[places] for name in JOINED
        )
        w_plus = None if self.w_plus is None else self.w_plus[index]
        return TaskBatch(x, y, weight=weight, w_plus=w_plus, w_true=w_true, w_late=w_late)

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The inputs themselves."""
        return x

    def true_feature(
        self, index: torch.Tensor, corner: torch.Tensor, size: tuple[int, int]
    ) -> None:
        """Unknown for photos."""
        return

    def _pick_photos(self, number: torch.Tensor) -> TaskBatch:
        batch = self.photos.pick(number)
        weight = batch.y.new_ones(len(number), *batch.y.shape[-2:])
        if self.scenes.recipe.task == "mask":
            weight = weigh_labels(batch.x.argmax(dim=1))
        styles = self.styles[number]
        return replace(batch, weight=weight, w_true=styles, w_late=styles)
