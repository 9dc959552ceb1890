"""The networks that label real portraits: hair, person, skin and clothes.

They are no part of this project. Their folder holds the weights, and beside them the two modules
that run such graphs, `tflgraph.py` and `onnxgraph.py`; both are imported, so only name a folder
that you trust.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import torch
import torch.nn.functional as F

from styleganex_core.errors import StyleGANEXError, echo
from styleganex_core.networks.bisenet import DEVIATION, MEAN

from .label_photos import Segments, resize_shares

FILES = {
    "hair": ("tflgraph", "hair_mediapipe512.safetensors"),
    "person": ("tflgraph", "selfie_segmentation.safetensors"),
    "dress": ("onnxgraph", "skin_clothes_hair_pan.safetensors"),
}
HAIR_SIDE, PERSON_SIDE, DRESS_SIDE = 512, 256, 512  # px that each network sees

Graph = Callable[[torch.Tensor], list[torch.Tensor]]


class Segmenters:
    """All of them, from one folder. Raises StyleGANEXError for a file that is missing."""

    def __init__(self, folder: Path) -> None:
        needed = {f"{module}.py" for module, _ in FILES.values()} | {f for _, f in FILES.values()}
        missing = sorted(name for name in needed if not (folder / name).is_file())
        if missing:
            raise StyleGANEXError(
                f"{echo(folder, 300)} lacks {', '.join(missing)}; pass --nets with the folder of "
                "the labelling networks and their loaders."
            )
        runners = {name: _import(folder / f"{name}.py") for name, _ in FILES.values()}
        self._graphs: dict[str, Graph] = {
            part: runners[module].load(folder / file) for part, (module, file) in FILES.items()
        }

    @torch.inference_mode()
    def __call__(self, portrait: torch.Tensor) -> Segments:
        """What they say of a portrait [3, 320, 320] in -1..1."""
        light = (portrait[None] + 1) / 2
        hair_input = F.pad(_resized(light, HAIR_SIDE).permute(0, 2, 3, 1), (0, 1))
        hair = self._graphs["hair"](hair_input)[0][0, ..., 1]
        person_input = _resized(light, PERSON_SIDE).permute(0, 2, 3, 1)
        person = self._graphs["person"](person_input)[0][0, ..., 0]
        mean, deviation = (light.new_tensor(v)[:, None, None] for v in (MEAN, DEVIATION))
        dress_input = (_resized(light, DRESS_SIDE) - mean) / deviation
        skin, clothes, _ = self._graphs["dress"](dress_input)[0][0]
        return Segments(*map(resize_shares, (hair, person, skin, clothes)))


def _resized(picture: torch.Tensor, side: int) -> torch.Tensor:
    return F.interpolate(picture, (side, side), mode="bilinear", antialias=True)


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
