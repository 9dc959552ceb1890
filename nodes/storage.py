"""Nodes that keep latents in files."""

from __future__ import annotations

from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io, ui

from .. import styleganex_core as core
from . import folders, menu, runtime, sockets


class SaveLatent(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_SaveLatent",
            display_name="Save Latents",
            **menu.entry("SaveLatent", io.Schema),
            description="Save latents to a file, so that nothing needs to be encoded again.",
            is_output_node=True,
            inputs=[
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or any edit."),
                io.String.Input(
                    "filename_prefix",
                    default="latents",
                    tooltip="Name of the file in output/styleganex, before its number; folders as "
                    "in 'project/anna' are created.",
                ),
            ],
            outputs=[
                io.String.Output(
                    "file",
                    display_name="file",
                    tooltip="The name that Load Latents lists.",
                )
            ],
        )

    @classmethod
    def execute(cls, latents: core.Latents, filename_prefix: str) -> io.NodeOutput:
        name = folders.save_latents(latents, filename_prefix)
        return io.NodeOutput(name, ui=ui.PreviewText(name))


class LoadLatent(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LoadLatent",
            display_name="Load Latents",
            **menu.entry("LoadLatent", io.Schema),
            description="Load latents from a file made by Save Latents or by StyleGANEX itself.",
            inputs=[
                io.Combo.Input(
                    "file",
                    options=folders.list_latents(),
                    tooltip="A file in output/styleganex, input/styleganex or input: ours "
                    "(.safetensors), StyleGANEX's inversions (.pt), or styles of e4e and pSp "
                    "(.pt, .npy, .npz). Press R for new ones.",
                ),
                sockets.Model.Input(
                    "model",
                    optional=True,
                    tooltip="Only for files of styles alone (w_plus, as e4e and pSp save them): "
                    "the model they belong to, which gives them the layout of an aligned face.",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    display_name="latents",
                    tooltip="Decode them with the model that encoded them, or one of its family.",
                )
            ],
        )

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        return True if file is None else folders.complaint(lambda: folders.find_latents(file))

    @classmethod
    def fingerprint_inputs(cls, file: str | None = None, **_: object) -> str:
        return folders.version(folders.find_latents(file)) if file else ""

    @classmethod
    def execute(cls, file: str, model: ModelPatcher | None = None) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            network = model.model.network if model else None
            return io.NodeOutput(core.load_latents(folders.find_latents(file), network))
