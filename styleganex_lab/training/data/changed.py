"""Photos and what a task shall make of them: edited in place, or drawn as toons.

Nobody has drawn these targets. The photo model edits each photo in its place, filters draw its
toon; held in memory, 8-bit.
"""

from __future__ import annotations

import torch

from styleganex_core.networks import Model
from styleganex_core.photo import edit_in_place, open_photo
from styleganex_core.photo_settings import PhotoSettings

from ...portraits.people import from_levels, to_levels
from ..recipes.settings import Recipe
from .abstraction import draw_photos
from .batch import TaskBatch
from .folder import FolderSource
from .scenes import LARGEST_EDIT, PLAIN_EDITS

READ = 8  # photos at once
AT_HOME = PhotoSettings(which="whole picture")  # the photos are aligned


class ChangedPhotos:
    """A folder's photos with targets that were made of them."""

    @torch.no_grad()
    def __init__(
        self,
        recipe: Recipe,
        model: Model,
        photos: FolderSource,
        *,
        edited_by: Model | None = None,
        seed: int = 0,
    ) -> None:
        """`model`: the one that is trained, whose edit vectors are learned. `edited_by`: a photo
        model with vectors of the same names, for the task "edit".
        """
        self.recipe = recipe
        random = torch.Generator().manual_seed(seed)
        x, y = [], []
        which, strength = _draw_edits(len(photos), len(recipe.data.attributes), random)
        for index in torch.arange(len(photos)).split(READ):
            seen = photos.pick(index)
            if edited_by is None:
                made = draw_photos("toon", seen.y)
            else:
                made = torch.cat([
                    self._edit(edited_by, photo[None], int(which[i]), float(strength[i]))
                    for photo, i in zip(seen.y, index.tolist(), strict=True)
                ])  # fmt: skip
            x.append(to_levels(seen.x))
            y.append(to_levels(made))
        self.x, self.y = torch.cat(x), torch.cat(y)
        self.edit: torch.Tensor | None = None
        if edited_by is not None:
            vectors = torch.stack([model.edit_vectors[name] for name in recipe.data.attributes])
            self.edit = vectors.cpu()[which] * strength[:, None, None]

    def __len__(self) -> int:
        return len(self.x)

    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures by their numbers."""
        edit = None if self.edit is None else self.edit[index]
        return TaskBatch(from_levels(self.x[index]), from_levels(self.y[index]), edit=edit)

    def _edit(self, model: Model, photo: torch.Tensor, which: int, strength: float) -> torch.Tensor:
        if not strength:
            return photo
        edits = {self.recipe.data.attributes[which]: strength}
        return edit_in_place(model, open_photo(model, photo, AT_HOME), edits, AT_HOME)


def _draw_edits(
    count: int, attributes: int, random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Which attribute each photo is edited by, and how much: some are left as they are."""
    which = torch.randint(max(1, attributes), (count,), generator=random)
    strength = (torch.rand(count, generator=random) * 2 - 1) * LARGEST_EDIT
    plain = torch.rand(count, generator=random) < PLAIN_EDITS
    return which, strength.masked_fill(plain, 0.0)
