"""The demo: small models that we trained, and pictures to try them on; all work offline."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open

from ..checkpoints import edit_vector_names, load_edit_vector, load_model
from ..errors import StyleGANEXError
from ..images import load_image
from ..networks import Model

FOLDER = Path(__file__).parent
PICTURES = FOLDER / "pictures"
EDITABLE = "photo"  # the model that the edit vectors were found for; it has the encoder too


def demo_names() -> list[str]:
    """The names of the bundled models; "photo" comes first."""
    names = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
    return sorted(names, key=lambda name: name != EDITABLE)


def domain_names() -> list[str]:
    """The names of the bundled generators of other domains, in files that hold nothing else."""
    return [name for name in demo_names() if _is_generator(FOLDER / f"{name}.safetensors")]


def load_demo(
    name: str = EDITABLE,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Model:
    """The bundled model of that name. Raises StyleGANEXError, listing the names, for any other."""
    path = FOLDER / f"{name}.safetensors"
    if name not in demo_names():
        raise StyleGANEXError(
            f'there is no demo model "{name}"; choose one of {_list(demo_names())}.'
        )
    return load_model(path, device=device, dtype=dtype)


def demo_edit_names() -> list[str]:
    """The names of the edit vectors that come with the demo models."""
    path = FOLDER / f"{EDITABLE}.safetensors"
    return edit_vector_names(path) if path.is_file() else []


def load_demo_edit(name: str) -> torch.Tensor:
    """The bundled edit vector of that name, [L, D]; 1 is a standard deviation of its attribute.

    Raises CheckpointError, listing the names, for any other.
    """
    return load_edit_vector(FOLDER / f"{EDITABLE}.safetensors", name)


def example_names() -> list[str]:
    """The names of the bundled pictures; where each comes from is in `pictures/README.md`."""
    return sorted(path.stem for path in PICTURES.iterdir() if path.suffix in (".jpg", ".png"))


def example_image(name: str) -> torch.Tensor:
    """The bundled picture of that name, [1, 3, H, W] in -1..1."""
    for suffix in (".jpg", ".png"):
        if name in example_names() and (PICTURES / f"{name}{suffix}").is_file():
            return load_image(PICTURES / f"{name}{suffix}")
    raise StyleGANEXError(
        f'there is no example picture "{name}"; choose one of {_list(example_names())}.'
    )


def _is_generator(path: Path) -> bool:
    with safe_open(path, "pt") as opened:
        task = "base" in (opened.metadata() or {})
        return not task and not any(key.startswith("encoder.") for key in opened.keys())  # noqa: SIM118


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
