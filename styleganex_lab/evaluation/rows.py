"""What a row of the figures is: measured scene by scene, judged once, shown by its cases."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from PIL import Image

from .bench import Bench, Scenes

Values = dict[
    str, torch.Tensor
]  # per case: "scene", "score" (more is better) and what was measured
Case = Mapping[str, float]
Pictures = dict[str, torch.Tensor]  # label to picture [1, 3, H, W]


@dataclass(frozen=True)
class Verdict:
    """What a row reached, in words; whether that is enough; the numbers behind it."""

    reached: str
    passed: bool
    figures: dict


class Row(ABC):
    """A row of the table. `name` is its file name; `models` the demo models that it needs;
    `share`: of the scenes, where a scene takes long.
    """

    name: str
    what: str
    target: str
    models: tuple[str, ...] = ("photo",)
    share: float = 1.0

    @abstractmethod
    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        """A value per case in a few scenes."""

    @abstractmethod
    def judge(self, values: Values) -> Verdict:
        """All cases together."""

    @abstractmethod
    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        """The pictures of one case; `scenes` holds its scene alone."""

    def name_case(self, case: Case) -> str:
        """What a case is besides its scene, in a word."""
        return ""

    def draw_overview(self, bench: Bench) -> Image.Image | None:
        """One more sheet that shows all that the row is about, where there is one."""
        return None


def scene_numbers(scenes: Scenes, repeat: int = 1) -> torch.Tensor:
    return torch.tensor(scenes.numbers).repeat_interleave(repeat)


def spread(values: torch.Tensor) -> dict[str, float]:
    """Mean, median and the worse tails of values."""
    known = values[values.isfinite()]
    if not len(known):
        return {}
    low, middle, high = known.double().quantile(torch.tensor([0.05, 0.5, 0.95]).double()).tolist()
    return {
        "mean": round(known.double().mean().item(), 4),
        "median": round(middle, 4),
        "5 %": round(low, 4),
        "95 %": round(high, 4),
    }
