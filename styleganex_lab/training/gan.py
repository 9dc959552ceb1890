"""A generator trained against pictures: from scratch, or on to another domain.

Source: StyleGAN2. A domain keeps mapping and constant, so that styles and edits stay valid.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from styleganex_core.images import to_pil
from styleganex_core.networks import Model

from .task_batch import TaskBatch
from .task_settings import Phase, TaskRecipe

SHOWN = 12  # samples on a sheet
SHEET_COLUMNS = 6
SHEET_SEED = 20_001


class GeneratorNetwork(nn.Module):
    """The generator of a model; what its pictures are worth the critic says."""

    def __init__(self, recipe: TaskRecipe, model: Model) -> None:
        super().__init__()
        self.recipe, self.model = recipe, model
        self.half_copy: list = []  # the critic's gradients need full precision on a CPU

    def begin(self, phase: Phase, some: torch.Tensor) -> None:
        """Nothing to prepare."""

    def forward(
        self, batch: TaskBatch, done: float = 0.0
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Pictures [B, 3, S, S] of the batch's seeds; no losses of its own.

        From a random slot on the styles are another person's, so that neighbouring slots do not
        come to depend on each other.
        """
        generator, assigned = self.model.generator, batch.seeds
        assert assigned is not None
        sources = [torch.Generator().manual_seed(seed) for seed in assigned.tolist()]
        slots = self.model.num_slots

        def draw_all(*shape: int) -> torch.Tensor:
            return torch.stack([torch.randn(*shape, generator=s) for s in sources]).to(batch.x)

        z = draw_all(2, self.model.style_dim)
        cross = [int(torch.randint(1, slots + 1, (), generator=source)) for source in sources]
        first, second = (generator.mapping(noise)[:, None] for noise in z.unbind(1))
        early = torch.arange(slots)[None] < torch.tensor(cross)[:, None]
        w_plus = torch.where(early[:, :, None].to(z.device), first, second)
        f = generator.constant.expand(len(w_plus), -1, -1, -1)
        noise = [draw_all(1, side, side) for side in generator.layer_sides()]
        return generator(f, w_plus, noise, dense=False).float(), {}


@torch.no_grad()
def show_samples(model: Model, sheet: Path) -> None:
    """Write a picture of samples, the same people each time."""
    generator = model.generator
    z = torch.randn(SHOWN, model.style_dim, generator=torch.Generator().manual_seed(SHEET_SEED)).to(
        model.device
    )
    w_plus = generator.mapping(z)[:, None].expand(-1, model.num_slots, -1)
    f = generator.constant.expand(SHOWN, -1, -1, -1)
    made = generator(f, w_plus, dense=False).float().clamp(-1, 1).cpu()
    rows = [torch.cat(list(row), dim=2) for row in made.split(SHEET_COLUMNS)]
    to_pil(torch.cat(rows, dim=1)[None]).save(sheet)
