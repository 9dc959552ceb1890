"""Nodes that load models, edit vectors and example pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import folders, menu, runtime, sockets, widgets

FROM_MODEL = "from the model"


class LoadModel(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LoadModel",
            display_name="Load Model (StyleGANEX)",
            **menu.entry("LoadModel", io.Schema),
            description="Load a StyleGANEX checkpoint, a StyleGAN2 generator or a demo model.",
            inputs=[
                io.Combo.Input(
                    "file",
                    options=folders.list_models(),
                    tooltip="A bundled demo model, or a file (.safetensors, .pt, .pth, .ckpt, "
                    ".pkl) in ComfyUI/models/styleganex. What a file holds is detected from its "
                    "contents. 'demo: photo' knows real people; 'demo: rendered' is the photo "
                    "model of 0.1.0, for latents saved with it.",
                ),
                io.Combo.Input(
                    "precision",
                    options=list(core.networks.PRECISIONS),
                    default="float32",
                    optional=True,
                    tooltip="float32 is exact. 'fastest' uses float16 on a GPU, and bfloat16 on a "
                    "CPU that computes in it, where that is clearly faster; pictures then differ "
                    "by about 1 %.",
                ),
            ],
            outputs=[
                sockets.Model.Output(
                    display_name="model",
                    tooltip="Encoder and generator; a generator alone can sample and decode.",
                )
            ],
        )

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        return True if file is None else folders.complaint(lambda: _find_model(file))

    @classmethod
    def fingerprint_inputs(cls, file: str | None = None, **_: object) -> str:
        path = _find_model(file) if file else None
        return folders.version(path) if path else ""

    @classmethod
    def execute(cls, file: str, precision: str) -> io.NodeOutput:
        path = _find_model(file)
        with runtime.ordinary_tensors():
            dtype = core.networks.choose_dtype(precision, runtime.computing_device())
            name = _after_demo(file)
            network = (
                core.load_model(path, dtype=dtype) if path else core.load_demo(name, dtype=dtype)
            )
            slots = widgets.show_slots(network.num_slots)
            return io.NodeOutput(runtime.manage(network), ui=slots)


class LoadEditVector(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LoadEditVector",
            display_name="Load Edit Vector",
            **menu.entry("LoadEditVector", io.Schema),
            description="Load the direction of an attribute, such as a smile.",
            inputs=[
                io.Combo.Input(
                    "file",
                    options=[
                        *(folders.DEMO + name for name in core.demo_edit_names()),
                        FROM_MODEL,
                        *folders.list_edit_vectors(),
                    ],
                    tooltip="A vector for the demo models, one that came with the connected model, "
                    "or a file (.pt, .npy, .npz, .safetensors) in models/styleganex/edit_vectors "
                    "or output/styleganex/edit_vectors (Save Edit Vector). Press R for new ones.",
                ),
                io.String.Input(
                    "name",
                    default="",
                    optional=True,
                    tooltip="Which vector, where a file or model holds several; leave it empty "
                    "when it holds one. If there is none of that name, the message lists the "
                    "names.",
                ),
                sockets.Model.Input(
                    "model",
                    optional=True,
                    tooltip=f"Only for '{FROM_MODEL}': the model that the vectors came with.",
                ),
            ],
            outputs=[
                sockets.EditVector.Output(
                    display_name="vector",
                    tooltip="The direction, for Apply Edit Vector or Sweep Edit.",
                )
            ],
        )

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        return True if file is None else folders.complaint(lambda: _find_vectors(file))

    @classmethod
    def fingerprint_inputs(cls, file: str | None = None, **_: object) -> str:
        path = _find_vectors(file) if file else None
        return folders.version(path) if path else ""

    @classmethod
    def execute(cls, file: str, name: str, model: ModelPatcher | None = None) -> io.NodeOutput:
        path = _find_vectors(file)
        with runtime.ordinary_tensors():
            if path:
                return io.NodeOutput(core.load_edit_vector(path, name.strip() or None))
            if file != FROM_MODEL:
                return io.NodeOutput(core.load_demo_edit(_after_demo(file)))
            if model is None:
                raise core.StyleGANEXError(
                    f"'{FROM_MODEL}' needs a model: connect one that comes with edit vectors."
                )
            return io.NodeOutput(_pick(model.model.network.edit_vectors, name.strip()))


class ExampleImage(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_ExampleImage",
            display_name="Example Image",
            **menu.entry("ExampleImage", io.Schema),
            description="A bundled picture, free to use, for trying things out.",
            inputs=[
                io.Combo.Input(
                    "name",
                    options=core.example_names(),
                    tooltip="Which picture; the pack's README gives its source and licence.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="image", tooltip="The picture in RGB, for Encode or Crop Face."
                )
            ],
        )

    @classmethod
    def execute(cls, name: str) -> io.NodeOutput:
        return io.NodeOutput(core.to_bhwc(core.example_image(name)))


def _find_model(file: str) -> Path | None:
    """The file's path, or None for a demo entry."""
    if file.startswith(folders.DEMO):
        return _check_demo(file, core.demo_names())
    return folders.find_file(folders.MODELS, file)


def _find_vectors(file: str) -> Path | None:
    """The file's path, or None for a demo entry and for the model's own vectors."""
    if file == FROM_MODEL:
        return None
    if file.startswith(folders.DEMO):
        return _check_demo(file, core.demo_edit_names())
    return folders.find_file(folders.EDIT_VECTORS, file)


def _after_demo(entry: str) -> str:
    return entry.removeprefix(folders.DEMO)


def _check_demo(entry: str, names: list[str]) -> None:
    if _after_demo(entry) not in names:
        raise core.StyleGANEXError(
            f"there is no '{entry}' among the demo entries; choose one of {', '.join(names)}."
        )


def _pick(vectors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    """The vector [L or 1, D] of that name; `name:1` is the second row of an entry with several."""
    rows = {
        f"{key}:{index}" if index else key: row
        for key, vector in vectors.items()
        for index, row in enumerate(vector.reshape(-1, *vector.shape[-2:]))
    }
    if not name and len(rows) == 1:
        name = next(iter(rows))
    if name not in rows:
        raise core.StyleGANEXError(
            f"the model comes with {len(rows)} edit vectors, none called '{name}'; "
            f"set 'name' to one of: {', '.join(rows) or '(none)'}."
        )
    return rows[name]
