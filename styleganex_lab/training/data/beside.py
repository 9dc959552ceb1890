"""Photos of a folder beside rendered scenes: what tasks learn real people from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
import torch.nn.functional as F

from styleganex_core.crop.align import STYLE_SIDE

from .batch import TaskBatch
from .changed import ChangedPhotos
from .folder import FolderSource, central_square
from .people import weigh_labels
from .scenes import SceneSource

ENCODED = 8  # photos at once
JOINED = ("x", "y", "weight", "w_true", "w_late", "edit")  # parts of a batch


class PhotosBesideRenders:
    """Batches of which every second picture is a photo and the others are renders.

    Pictures of even number are photos, those of odd number renders; the smaller kind repeats. For
    sketches and label maps of photos the styles that an encoder finds in these stand for the truth.
    """

    def __init__(
        self,
        photos: FolderSource | ChangedPhotos,
        scenes: SceneSource,
        find_styles: Callable[[torch.Tensor], torch.Tensor] | None = None,
    ) -> None:
        """`find_styles`: gives the styles [B, D] of pictures [B, 3, h, w], where late slots hold
        those of the photo.
        """
        self.photos, self.scenes = photos, scenes
        self.w_plus: torch.Tensor | None = None
        self.styles: torch.Tensor | None = None
        if find_styles is not None:
            self.styles = self._find_late(find_styles)

    def _find_late(self, find_styles: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        parts = []
        for index in torch.arange(len(self.photos)).split(ENCODED):
            target = self.photos.pick(index).style_target
            assert target is not None
            parts.append(find_styles(target))
        return torch.cat(parts)

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
        joined = {}
        for name in JOINED:
            given = [getattr(part, name) for part in parts]
            if all(one is not None for one in given):
                joined[name] = torch.cat(given)[places]
        w_plus = None if self.w_plus is None else self.w_plus[index]
        return TaskBatch(**joined, w_plus=w_plus)

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The aligned faces; sketches and label maps themselves."""
        if self.scenes.recipe.label_channels:
            return x
        side = (STYLE_SIDE, STYLE_SIDE)
        faces = F.interpolate(central_square(x), side, mode="bilinear", antialias=True)
        render = index % 2 == 1
        if bool(render.any()):
            number = index[render] // 2 % len(self.scenes)
            faces[render] = self.scenes.style_picture(number, x[render])
        return faces

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
        styles = None if self.styles is None else self.styles[number]
        return replace(batch, weight=weight, w_true=styles, w_late=styles)
