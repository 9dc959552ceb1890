"""Nodes from a picture to its latents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import folders, inputs, memory, menu, runtime, sockets, widgets

Distance = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class Encode(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_Encode",
            display_name="Encode (StyleGANEX)",
            **menu.entry("Encode", io.Schema),
            description="Turn pictures into latents that can be edited, in one pass.",
            inputs=[
                sockets.Model.Input("model", tooltip="A model with an encoder, from Load Model."),
                io.Image.Input(
                    "image",
                    tooltip="Pictures of any size; the face works best upright with about 64 px "
                    "between the eyes. Decode returns the same size times the model's ratio "
                    "(4 for a 1024 px generator, 1 for 256 px).",
                ),
                io.Image.Input(
                    "style_image",
                    optional=True,
                    tooltip="An aligned crop of the same face (as in FFHQ), from which the styles "
                    "are read: one for all pictures or one each. Without it 'image' is used.",
                ),
                inputs.batch_norm(
                    "stored",
                    "Statistics in the encoder: 'stored' ones from training, or those of each "
                    "input picture, as the reference does for sketches and masks.",
                ),
                inputs.skip_layers(
                    "How many encoder layers are fused into the generator: -1 all that the model "
                    "has, 0 none. More of them keep more detail, fewer leave edits more freedom."
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    display_name="latents",
                    tooltip="One per picture, for Decode, Optimize or any edit.",
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        image: torch.Tensor,
        *,
        style_image: torch.Tensor | None = None,
        batch_norm: Literal["stored", "input"],
        skip_layers: int,
    ) -> io.NodeOutput:
        needed = memory.encode_bytes(model.model.network, *image.shape[1:3])
        core.check_input_kind(model.model.network, "photo")
        latents = runtime.LatentResults()
        with runtime.loaded(model, needed) as network:

            def encode(rows: slice) -> None:
                found = core.encode_face(
                    network,
                    core.to_bchw(image[rows]),
                    runtime.choose_rows(style_image, rows, len(image)),
                    batch_norm=batch_norm,
                    skip_layers=None if skip_layers < 0 else skip_layers,
                )
                latents.add(found, len(image))

            runtime.map_batches(encode, len(image), needed, network.device, "encoding")
            views = widgets.show_pictures("picture", core.to_bhwc(core.to_bchw(image[:1])))
            return io.NodeOutput(latents.whole, ui=views)


class Optimize(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_Optimize",
            display_name="Optimize Latents",
            **menu.entry("Optimize", io.Schema),
            description="Refine latents step by step until they match the picture closely.",
            is_output_node=True,  # so that a cached run shows the picture, too
            inputs=[
                sockets.Model.Input(
                    "model", tooltip="The model that encoded the picture, from Load Model."
                ),
                sockets.Latents.Input("latents", tooltip="Where to start: from Encode."),
                io.Image.Input("image", tooltip="The pictures to match: those given to Encode."),
                io.Int.Input(
                    "steps",
                    default=200,
                    min=10,
                    max=5000,
                    step=10,
                    tooltip="Steps per picture, 10 to 5000: 50 for a first look, 500 as in the "
                    "paper.",
                ),
                io.Float.Input(
                    "learning_rate",
                    default=core.OptimizeSettings.learning_rate,
                    min=0.001,
                    max=1.0,
                    step=0.001,
                    tooltip="Size of a step at its largest, 0.001 to 1; it rises and falls during "
                    "the run. Lower it when the preview flickers or breaks up.",
                ),
                io.Boolean.Input(
                    "optimize_f",
                    default=core.OptimizeSettings.optimize_f,
                    tooltip="Change the first-layer feature: places, shapes and background.",
                ),
                io.Boolean.Input(
                    "optimize_w_plus",
                    default=core.OptimizeSettings.optimize_w_plus,
                    tooltip="Change the styles: looks and colours.",
                ),
                io.Boolean.Input(
                    "optimize_noise",
                    default=core.OptimizeSettings.optimize_noise,
                    tooltip="Change the noise maps too: fine texture. Decode then shows it with "
                    "noise 'stored'.",
                ),
                io.Float.Input(
                    "style_pull",
                    default=core.OptimizeSettings.style_pull,
                    min=0.0,
                    max=10.0,
                    step=0.05,
                    optional=True,
                    tooltip="How strongly the styles are held at their start, 0 (free) to 10. "
                    "Higher values keep edits working well, lower ones match the picture more "
                    "closely.",
                ),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="Where the picture is to be matched: 1 (white) fully, 0 (black) not "
                    "at all.",
                ),
                inputs.seed("Randomness of the search; the same seed gives the same result."),
                io.Float.Input(
                    "likeness",
                    default=core.OptimizeSettings.likeness_weight,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    optional=True,
                    tooltip="Weight of the person's identity in the loss, beside the picture, 0 "
                    "(off) to 1; 0.1 is a lot. Slower, and the report's likeness is then no "
                    "independent check.",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    "refined", display_name="latents", tooltip="The best found, one per picture."
                ),
                io.Image.Output(
                    "reconstruction",
                    display_name="image",
                    tooltip="What the refined latents show, one picture each.",
                ),
                io.String.Output(
                    "report",
                    display_name="report",
                    tooltip="Which loss was used, and whether it is still the same person.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        latents: core.Latents,
        image: torch.Tensor,
        steps: int,
        learning_rate: float,
        optimize_f: bool,
        optimize_w_plus: bool,
        optimize_noise: bool,
        seed: int,
        *,
        style_pull: float,
        mask: torch.Tensor | None = None,
        likeness: float,
    ) -> io.NodeOutput:
        needed = memory.optimize_bytes(model.model.network, latents)
        with runtime.loaded(model, needed) as network:
            runtime.check_memory(needed, network.device, "optimising")
            distance, report = _choose_loss(network.device)
            progress = runtime.Progress()
            pictures = core.to_bchw(image).to(network.device)
            watched = core.readers.watch_faces(pictures)
            refined = core.optimize_latents(
                network,
                core.choose_start(network, latents, pictures),
                pictures,
                steps=steps,
                learning_rate=learning_rate,
                optimize_f=optimize_f,
                optimize_w_plus=optimize_w_plus,
                optimize_noise=optimize_noise,
                mask=None if mask is None else mask.reshape(-1, 1, *mask.shape[-2:]),
                style_pull=style_pull,
                perceptual=distance,
                seed=seed,
                progress=progress.step,
                preview=progress.show,
                likeness=watched,
                likeness_weight=likeness,
            )
            pictures = runtime.map_pictures(
                lambda rows: core.to_bhwc(
                    core.decode_latents(network, refined[rows], noise="stored")
                ),
                refined.batch,
                memory.decode_bytes(network, refined),
                network.device,
                "decoding",
            )
            distances = core.readers.judge_likeness(watched, core.to_bchw(pictures))
            report = f"{report} {core.readers.report_likeness(distances, aimed_at=likeness > 0)}"
            shown = widgets.show_images(pictures)
            return io.NodeOutput(runtime.to_result(refined), pictures, report, ui=shown)


def _choose_loss(device: torch.device) -> tuple[Distance | None, str]:
    """LPIPS where its backbone is at hand, else None for the core's own; and what to report."""
    path = folders.find_backbone()
    if path is None:
        return None, (
            "Loss: pixels + built-in multi-scale distance. For LPIPS put torchvision's "
            f"vgg16-397923af.pth into {folders.model_folder()}."
        )
    return core.load_perceptual(path).to(device), f"Loss: pixels + LPIPS on {path.name}."
