"""Network pickles in NVlabs' layouts, written from rosinality tensors by the published formulas.

The source text that travels with such networks stops the interpreter, should anything run it.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

SOURCE = "raise SystemExit('the source text of a file was run')"


class Persistent:
    """A network of PyTorch's kind: parameters, buffers and networks inside it."""

    def __init__(self, class_name: str = "Layer", **inner: Persistent) -> None:
        self.class_name = class_name
        self.parameters: dict[str, torch.Tensor] = {}
        self.buffers: dict[str, torch.Tensor] = {}
        self.inner: dict[str, Persistent] = inner

    def at(self, name: str) -> Persistent:
        return self.inner.setdefault(name, Persistent())

    def __reduce__(self) -> Any:
        state = {
            "training": False,
            "_parameters": OrderedDict(
                (k, torch.nn.Parameter(v)) for k, v in self.parameters.items()
            ),
            "_buffers": OrderedDict(self.buffers),
            "_modules": OrderedDict(self.inner),
            "_non_persistent_buffers_set": set(),
            "_init_args": (),
            "_init_kwargs": sys.modules["dnnlib.util"].EasyDict(channel_base=16384),
        }
        meta = {
            "type": "class",
            "version": 6,
            "module_src": SOURCE,
            "class_name": self.class_name,
            "state": state,
        }
        return sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj, (meta,), None


def torch_network(tensors: dict[str, torch.Tensor], mean: torch.Tensor) -> Persistent:
    """NVlabs' generator of PyTorch with the numbers of a rosinality one."""
    mapping, synthesis = Persistent("MappingNetwork"), Persistent("SynthesisNetwork")
    for key, tensor in tensors.items():
        if key.startswith("style."):
            _, number, leaf = key.split(".")
            mapping.at(f"fc{int(number) - 1}").parameters[leaf] = tensor
    mapping.buffers["w_avg"] = mean
    synthesis.at("b4").parameters["const"] = tensors["input.input"][0]
    for step in range(9):
        block = synthesis.at(f"b{4 << step}")
        block.buffers["resample_filter"] = torch.ones(4, 4)
        rgb = "to_rgb1" if step == 0 else f"to_rgbs.{step - 1}"
        if f"{rgb}.bias" not in tensors:
            del synthesis.inner[f"b{4 << step}"]
            break
        torgb = block.at("torgb")
        torgb.parameters["weight"] = tensors[f"{rgb}.conv.weight"][0]
        torgb.parameters["bias"] = tensors[f"{rgb}.bias"].flatten()
        _modulate(torgb, tensors, rgb)
        layers = [("conv1", "conv1", 0)]
        if step:
            layers = [(f"conv{i}", f"convs.{2 * step - 2 + i}", 2 * step - 1 + i) for i in (0, 1)]
        for name, theirs, noise in layers:
            conv = block.at(name)
            conv.parameters["weight"] = tensors[f"{theirs}.conv.weight"][0]
            conv.parameters["bias"] = tensors[f"{theirs}.activate.bias"]
            conv.parameters["noise_strength"] = tensors[f"{theirs}.noise.weight"].reshape(())
            conv.buffers["noise_const"] = tensors[f"noises.noise_{noise}"][0, 0]
            conv.buffers["resample_filter"] = torch.ones(4, 4)
            _modulate(conv, tensors, theirs)
    return Persistent("Generator", synthesis=synthesis, mapping=mapping)


def _modulate(layer: Persistent, tensors: dict[str, torch.Tensor], theirs: str) -> None:
    affine = layer.at("affine")
    affine.parameters["weight"] = tensors[f"{theirs}.conv.modulation.weight"]
    affine.parameters["bias"] = tensors[f"{theirs}.conv.modulation.bias"]


def write_torch(path: Path, network: Persistent, *, protocol: int = 4, **entries: Any) -> Path:
    """stylegan2-ada's dictionary of networks."""
    with _modules() as modules:
        settings = modules["dnnlib.util"].EasyDict(resolution=256)
        data = {
            "G": Persistent(),
            "D": Persistent("Discriminator"),
            "G_ema": network,
            "training_set_kwargs": settings,
            "augment_pipe": None,
            **entries,
        }
        path.write_bytes(pickle.dumps(data, protocol))
    return path


def write_tensorflow(
    path: Path, tensors: dict[str, torch.Tensor], mean: torch.Tensor, *, protocol: int = 4
) -> Path:
    """The three networks of the TensorFlow era: G, D and the averaged Gs."""
    mapping, synthesis = [], []
    for key, tensor in tensors.items():
        if key.startswith("style."):
            _, number, leaf = key.split(".")
            mapping.append((f"Dense{int(number) - 1}/{leaf}", tensor.numpy().T.copy()))
        if key.startswith("noises."):
            synthesis.append((f"noise{key.rpartition('_')[2]}", tensor.numpy()))
    synthesis.append(("4x4/Const/const", tensors["input.input"].numpy()))
    names = {"conv1": "4x4/Conv", "to_rgb1": "4x4/ToRGB"}
    for step in range(1, 9):
        side = 4 << step
        names |= {
            f"convs.{2 * step - 2}": f"{side}x{side}/Conv0_up",
            f"convs.{2 * step - 1}": f"{side}x{side}/Conv1",
            f"to_rgbs.{step - 1}": f"{side}x{side}/ToRGB",
        }
    for theirs, scope in names.items():
        if f"{theirs}.conv.weight" not in tensors:
            continue
        weight = tensors[f"{theirs}.conv.weight"][0].permute(2, 3, 1, 0)  # [k, k, I, O]
        if "up" in scope:
            weight = weight.flip(0, 1)
        modulation = f"{theirs}.conv.modulation"
        bias = f"{theirs}.activate.bias" if "conv" in theirs else f"{theirs}.bias"
        synthesis += [
            (f"{scope}/weight", weight.numpy().copy()),
            (f"{scope}/mod_weight", tensors[f"{modulation}.weight"].numpy().T.copy()),
            (f"{scope}/mod_bias", (tensors[f"{modulation}.bias"] - 1).numpy()),
            (f"{scope}/bias", tensors[bias].flatten().numpy()),
        ]
        if "conv" in theirs:
            strength = tensors[f"{theirs}.noise.weight"].reshape(())
            synthesis.append((f"{scope}/noise_strength", strength.numpy()))
    with _modules() as modules:
        kind = modules["dnnlib.tflib.network"].Network

        def network(variables: list[Any], **components: Any) -> Any:
            made = kind()
            made.__dict__.update(
                version=4,
                name="Gs",
                static_kwargs={},
                components=components,
                build_module_src=SOURCE,
                build_func_name="G_main",
                variables=variables,
            )
            return made

        parts = {"mapping": network(mapping), "synthesis": network(synthesis)}
        averaged = network([("lod", mean.numpy()[:1]), ("dlatent_avg", mean.numpy())], **parts)
        path.write_bytes(pickle.dumps((network([]), network([]), averaged), protocol))
    return path


@contextlib.contextmanager
def _modules() -> Iterator[dict[str, Any]]:
    """Modules by the names that NVlabs' classes have, while a pickle is written."""
    made = {
        name: ModuleType(name)
        for name in ("dnnlib", "dnnlib.util", "dnnlib.tflib", "dnnlib.tflib.network", "torch_utils")
    } | {"torch_utils.persistence": ModuleType("torch_utils.persistence")}

    def _reconstruct_persistent_obj(meta: Any) -> Any:
        raise AssertionError("never called")

    def put(module: str, thing: Any) -> None:
        thing.__module__, thing.__qualname__ = module, thing.__name__
        setattr(made[module], thing.__name__, thing)

    put("dnnlib.util", type("EasyDict", (dict,), {}))
    put("dnnlib.tflib.network", type("Network", (), {}))
    put("torch_utils.persistence", _reconstruct_persistent_obj)
    sys.modules.update(made)
    try:
        yield dict(made)
    finally:
        for name in made:
            del sys.modules[name]
