"""Pairs that generators make: the same styles drawn plainly and edited, or by two generators.

No file is read, and every number has its own picture, so the set never runs out. Source:
docs/networks.md, "Training".
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from styleganex_core.networks import Generator, Model

from ..recipes.settings import Recipe
from .batch import TaskBatch
from .folder import central_square

PICTURES = 1 << 20  # numbered; no two alike
TRUNCATION = 0.75  # toward zero, of edits and toonify
PRETRAIN_TRUNCATION = 0.7
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)  # of edits
SEEDS = 1_000_003


class GeneratedSource:
    """Batches of generated pairs: inversion (a picture and itself), edit or toonify."""

    def __init__(
        self,
        recipe: Recipe,
        start: Model,
        drawn_by: Generator | None = None,
        *,
        seed: int = 0,
        count: int = PICTURES,
    ) -> None:
        """`start`: whose generator draws the input and whose edit vectors are applied;
        `drawn_by`: the generator of toonify's targets.
        """
        self.recipe, self.ratio, self.seed, self.count = recipe, start.ratio, seed, count
        self.generator = start.generator
        self.drawn_by = drawn_by or start.generator
        self.vectors = [start.edit_vectors[name].float() for name in recipe.data.attributes]
        self.w_plus: torch.Tensor | None = None

    def __len__(self) -> int:
        return self.count

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px of the inputs."""
        side = round(self.generator.config.size / self.ratio)
        return side, side

    @torch.no_grad()
    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures by their numbers."""
        styles, edits = zip(*(self._draw_styles(number) for number in index.tolist()), strict=True)
        w_plus, edit = torch.stack(styles), torch.stack(edits)
        source = self._make(self.generator, w_plus)
        target = source
        if self.recipe.task == "toonify":
            target = self._make(self.drawn_by, w_plus)
        elif self.recipe.task == "edit":
            target = self._make(self.generator, w_plus + edit)
        x = F.adaptive_avg_pool2d(source, self.size).clamp(-1, 1)
        wanted = edit if self.recipe.task == "edit" else None
        return TaskBatch(x=x, y=target.clamp(-1, 1), edit=wanted)

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Generated faces are aligned already."""
        return central_square(x)

    def true_feature(
        self, index: torch.Tensor, corner: torch.Tensor, size: tuple[int, int]
    ) -> None:
        """Not used: the published generators' constant is not what their encoder finds."""
        return

    def _draw_styles(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The styles [L, D] of a number, and the edit [L, D] that its target has."""
        random = torch.Generator().manual_seed(self.seed * SEEDS + number)
        config = self.generator.config
        device = self.generator.constant.device
        z = torch.randn(1, config.style_dim, generator=random).to(device)
        truncation = PRETRAIN_TRUNCATION if self.recipe.task == "inversion" else TRUNCATION
        w_plus = truncation * self.generator.mapping(z).expand(config.num_slots, -1)
        edit = torch.zeros_like(w_plus)
        if self.vectors:
            vector = self.vectors[int(torch.randint(len(self.vectors), (), generator=random))]
            rows = vector if vector.ndim == 3 else vector[None]  # a file may hold both directions
            row = rows[int(torch.randint(len(rows), (), generator=random))]
            strength = STRENGTHS[int(torch.randint(len(STRENGTHS), (), generator=random))]
            edit = strength * row.to(device).expand_as(w_plus)
        return w_plus, edit

    def _make(self, generator: Generator, w_plus: torch.Tensor) -> torch.Tensor:
        """Pictures with the generator's own noise, on the CPU."""
        f = generator.constant.expand(len(w_plus), -1, -1, -1)
        return generator(f, w_plus, list(generator.noise_maps), dense=False).float().cpu()
