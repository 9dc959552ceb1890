"""What a generator of renders minimises: its picture of a style against the render of its truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from styleganex_core.networks import Generator

from ..data.people import PeopleData, Pictures, warp_constant
from ..optim import Learner
from ..recipes.settings import Phase, PortraitLosses, Portraits, Recipe, expect
from ..run.ranks import Ranks
from ..start.styles import design_mapping, styles_of_renders
from . import MODEL, Terms, Turn
from .errors import change_error, picture_error, psnr


class PortraitObjective:
    """The picture of a style must be the render of the style's attributes."""

    def __init__(
        self, recipe: Recipe, start: Generator | None, device: torch.device | None = None
    ) -> None:
        """`start`: a generator to go on from; without one it is new, with the designed mapping."""
        if start is None:
            assert recipe.networks.generator is not None
            start = Generator(recipe.networks.generator)
            design_mapping(start.mapping)
        device = device or torch.device("cpu")
        self.model = Learner(
            start.to(device),
            device,
            largest_gradient=recipe.optimisation.largest_gradient,
            half=recipe.half,
        )
        self.learners = {MODEL: self.model}
        self.pictures = Portraits(side=start.config.size)
        self.losses = PortraitLosses()

    def begin(self, phase: Phase, data: PeopleData, *, number: int, fresh: bool) -> None:
        """Take over the phase's settings."""
        self.pictures = expect(phase.pictures, Portraits)
        self.losses = expect(phase.losses, PortraitLosses)

    def share(self, ranks: Ranks) -> None:
        """Nothing to do: one process alone."""

    def draw(self, module: nn.Module, pictures: Pictures) -> torch.Tensor:
        """The generator's pictures for the same noise and places."""
        assert isinstance(module, Generator)
        w_plus = styles_of_renders(module, pictures.z)[:, None]
        w_plus = w_plus.expand(-1, module.config.num_slots, -1)
        if self.losses.dense:
            dense = module.dense_constant().float()
            f = warp_constant(dense, pictures.placement, self.pictures.cells)
            f = f.to(module.constant.dtype)
        else:
            f = module.constant.expand(len(pictures), -1, -1, -1)
        return module(f, w_plus, dense=self.losses.dense, largest_side=self.pictures.side)

    def turns(self, batch: Pictures, *, step: int, done: float) -> Iterator[Turn]:
        """One turn: the error of the pictures, and of the change within pairs."""
        image, weight = batch.floats()
        copied = self.model.half_copy
        module = copied.refresh(True) if copied else self.model.module.train()
        made = self.draw(module, batch)
        terms: Terms = {"pixel": picture_error(made, image, weight, self.losses.absolute)}
        if self.losses.change:
            terms["change"] = self.losses.change * change_error(made, image)
        yield Turn(MODEL, terms)

    def measure(self, average: nn.Module, data: PeopleData, sheet: Path) -> dict[str, float]:
        """PSNR in dB against the renders."""
        assert data.held_out is not None
        pictures = data.held_out.to(self.model.device)
        image, _ = pictures.floats()
        return {"psnr": psnr(self.draw(average.eval(), pictures).clamp(-1, 1), image)}
