"""A node that draws small faces in detail."""

from __future__ import annotations

from typing import Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import drawing, inputs, menu, runtime, sockets


class SuperResolve(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_SuperResolve",
            display_name="Super Resolve",
            **menu.entry("SuperResolve", io.Schema),
            description="Redraw a tiny face in detail, 4 to 48 times as large.",
            inputs=[
                sockets.Model.Input("model", tooltip="A model trained for super-resolution."),
                io.Image.Input(
                    "image",
                    tooltip="Pictures of any size, with a face of at least about 16 px.",
                ),
                io.Int.Input(
                    "factor",
                    default=8,
                    min=1,
                    max=64,
                    tooltip="Px of the result per px of the small picture, along a side: 4 to 48 "
                    "in steps of 4 (32 for the 32x model). A 1024 px model enlarges 4 times "
                    "itself, the rest is bicubic; a 256 px model only adds detail.",
                ),
                io.Combo.Input(
                    "source",
                    options=["small picture", "reduce first", "already enlarged"],
                    default=inputs.default_of(core.super_resolve, "source"),
                    tooltip="'small picture' enlarges the input; 'reduce first' makes a good "
                    "picture small and blurred by the factor, to test the model; 'already "
                    "enlarged' uses the input as it is, such as Crop Face's crop of a small face.",
                ),
                io.Combo.Input(
                    "style",
                    options=["aligned face", "whole picture"],
                    default=inputs.default_of(core.super_resolve, "style"),
                    optional=True,
                    tooltip="Where the styles are read from: the largest face of the enlarged "
                    "picture, aligned as in training, or the whole picture.",
                ),
                io.Image.Input(
                    "style_image",
                    optional=True,
                    tooltip="An aligned face to read them from instead, such as Crop Face's "
                    "style_crop or a better photo of the person; one for all pictures or one "
                    "each.",
                ),
                inputs.skip_layers(
                    "How many encoder layers pass detail to the generator: -1 all that the model "
                    "has, 0 none. With fewer the result strays further from the input."
                ),
                inputs.batch_norm(
                    inputs.default_of(core.super_resolve, "batch_norm"),
                    "Statistics in the encoder: 'stored' ones from training, or those of each "
                    "'input'. The model is never changed.",
                ),
                inputs.new_noise(),
                inputs.seed(
                    "Which fine texture; the same seed gives the same picture.", optional=True
                ),
            ],
            outputs=drawing.outputs("input", "What the model was given: soft, at its own scale."),
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        image: torch.Tensor,
        factor: int,
        source: Literal["small picture", "reduce first", "already enlarged"],
        *,
        style: Literal["aligned face", "whole picture"],
        style_image: torch.Tensor | None = None,
        skip_layers: int,
        batch_norm: Literal["stored", "input"],
        noise: Literal["random", "zero"],
        seed: int,
    ) -> io.NodeOutput:
        def task(network: core.Model, rows: slice) -> core.TaskResult:
            return core.super_resolve(
                network,
                core.to_bchw(image[rows]),
                factor,
                runtime.choose_rows(style_image, rows, len(image)),
                source=source,
                style=style,
                batch_norm=batch_norm,
                skip_layers=None if skip_layers < 0 else skip_layers,
                random_noise=noise == "random",
                seed=seed,
            )

        height, width = image.shape[1:3]
        size = core.prepared_size(model.model.network, (height, width), factor, source)
        return drawing.draw(model, len(image), size, task, show_seen=lambda seen: seen)
