"""Models and inputs of the golden data, made again from their rule (see `fixtures/README.md`)."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path

import torch
from safetensors import safe_open

from styleganex_core.checkpoints.convert import convert_encoder, convert_generator
from styleganex_core.checkpoints.detect import detect_model
from styleganex_core.networks import Model, build_model

from .weights_rule import tensor

SALT = "public"
FIXTURES = Path(__file__).parent / "fixtures"


def golden_file(name: str) -> Path:
    """The golden file `name`; all of them are in the repository."""
    return FIXTURES / name


@cache
def checkpoint_keys() -> dict[str, dict]:
    return json.loads((FIXTURES / "checkpoint_keys.json").read_text())


def rule(key: str, *shape: int) -> torch.Tensor:
    return torch.from_numpy(tensor(SALT, key, tuple(shape)))


def _structural(key: str, shape: list[int]) -> torch.Tensor | None:
    if key.endswith("num_batches_tracked"):
        return torch.tensor(0)
    if key.endswith(("blur.kernel", "upsample.kernel")):
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        return taps.outer(taps) / 64 * 4
    if key.endswith("blur_weight"):
        taps = torch.tensor([1.0, 2.0, 1.0])
        return (taps.outer(taps) / 16)[None, None]
    return None


def keys_of(task: str, size: int) -> dict[str, list[int]]:
    """Every key and shape of a task checkpoint at 1024 or 256 px."""
    table = checkpoint_keys()
    keys = dict(table["inversion"])
    if task != "inversion":
        keys.update(table[task]["adds"])
        for removed in table[task]["removes"]:
            keys.pop(removed)
    if size == 256:
        dropped = re.compile(
            r"encoder\.styles\.1[4-7]\.|decoder\.convs\.1[2-5]\.|decoder\.to_rgbs\.[67]\.|"
            r"decoder\.noises\.noise_1[3-6]$"
        )
        keys = {key: shape for key, shape in keys.items() if not dropped.match(key)}
    return keys


def state_dict_of(task: str, size: int, *, but: str = "") -> dict[str, torch.Tensor]:
    """A task checkpoint's tensors; those whose keys match the pattern `but` have shapes alone."""
    state = {}
    for key, shape in keys_of(task, size).items():
        fixed = _structural(key, shape)
        if but and re.match(but, key):
            state[key] = torch.empty(shape, device="meta")
        else:
            state[key] = rule(key, *shape) if fixed is None else fixed
    return state


def latent_avg_of(size: int) -> torch.Tensor:
    slots = 2 * (size.bit_length() - 1) - 2
    return 0.3 * rule("latent_avg", slots, 512)


@lru_cache(maxsize=1)
def golden_model(task: str, size: int, *, but: str = "") -> Model:
    """The model of a task; `but` as in `state_dict_of`."""
    state = state_dict_of(task, size, but=but)
    parts = {
        prefix: {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        for prefix in ("encoder.", "decoder.")
    }
    tensors = {**convert_encoder(parts["encoder."]), **convert_generator(parts["decoder."])}
    config = detect_model(tensors)
    tensors["latent_avg"] = latent_avg_of(size)
    return build_model(config, tensors, task)


def golden_inputs(file: str, task: str, size: int) -> dict[str, torch.Tensor]:
    """The inputs of golden file `file` whose weights are those of `task`."""

    def r(name: str, *shape: int) -> torch.Tensor:
        return rule(f"input/{file}/{name}", *shape)

    batch = 2 if file == "batch" else 1
    height, width = {"heads": (288, 320)}.get(file, (40, 48) if "wide" in file else (64, 72))
    slots = 2 * (size.bit_length() - 1) - 2
    inputs = {}
    if task == "sketch2face":
        inputs["x"] = (r("x", 1, 1, height, width) > 0.5).float()
    elif task == "mask2face":
        classes = r("x", 1, 19, height, width).argmax(dim=1)
        inputs["x"] = torch.nn.functional.one_hot(classes, 19).permute(0, 3, 1, 2).float()
    else:
        inputs["x"] = (0.5 * r("x", batch, 3, height, width)).clamp(-1, 1)
        inputs["x2"] = (0.5 * r("x2", batch, 3, 64, 64)).clamp(-1, 1)
    if task in ("sketch2face", "mask2face"):
        inputs["z"] = r("z", 1, 512)
    if task.startswith("edit"):
        inputs["v"] = 0.1 * r("v", 1, slots, 512)
    return inputs


def load_golden(path: Path) -> tuple[dict[str, torch.Tensor], str, int]:
    """The tensors of a golden file, its task, its output size."""
    with safe_open(path, "pt") as opened:
        meta = opened.metadata()
        tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
    return tensors, meta["task"], int(meta["output_size"])
