"""Nodes for sketches: faces from them, and sketches from photos."""

from __future__ import annotations

from typing import Any, Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import drawing, inputs, memory, menu, runtime, sockets


class SketchToFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_SketchToFace",
            display_name="Sketch to Face",
            **menu.entry("SketchToFace", io.Schema),
            description="Draw faces along the lines of a sketch, as many as you like.",
            inputs=[
                sockets.Model.Input("model", tooltip="A model trained on sketches."),
                io.MultiType.Input(
                    "sketch",
                    [io.Image, io.Mask],
                    tooltip="Line drawings as IMAGE or MASK (such as one painted in the mask "
                    "editor), of any size; eyes about 64 px apart work best.",
                ),
                io.Combo.Input(
                    "strokes",
                    options=["detect", "dark on light", "light on dark"],
                    default=inputs.default_of(core.read_sketch, "polarity"),
                    tooltip="Whether lines are darker or lighter than the paper; 'detect' takes "
                    "whichever covers less.",
                ),
                io.Boolean.Input(
                    "clean",
                    default=inputs.default_of(core.read_sketch, "clean"),
                    tooltip="Make uneven or grey paper white and lines black, as in the sketches "
                    "the model was trained on. Off keeps the grey levels as they are.",
                ),
                *drawing.APPEARANCE_INPUTS,
            ],
            outputs=drawing.outputs("sketch", "The sketch as the model saw it."),
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        sketch: torch.Tensor,
        strokes: Literal["detect", "dark on light", "light on dark"],
        clean: bool,
        **appearance: Any,
    ) -> io.NodeOutput:
        drawings = runtime.Results()
        with runtime.ordinary_tensors():
            for picture in drawing.pictures(sketch):
                drawings.add(core.read_sketch(picture, strokes, clean=clean), len(sketch))
        looks = drawing.Looks(**appearance)
        return drawing.draw_structures(
            model, drawings.whole, core.sketch_to_face, core.tasks.show_sketch, looks
        )


class PhotoToSketch(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_PhotoToSketch",
            display_name="Photo to Sketch",
            **menu.entry("PhotoToSketch", io.Schema),
            description="Draw the edges of a photo as lines, ready for Sketch to Face.",
            inputs=[
                io.Image.Input(
                    "image", tooltip="Photos; a crop with the eyes 64 px apart gives clear lines."
                ),
                io.Float.Input(
                    "mean_grey",
                    default=inputs.default_of(core.sketch_photo, "mean_grey"),
                    min=200.0,
                    max=253.0,
                    step=1.0,
                    tooltip="Mean level of the sketch, 200 (many lines) to 253 (few); 239 is that "
                    "of the paper's sketches.",
                ),
                io.Float.Input(
                    "line_width",
                    default=inputs.default_of(core.sketch_photo, "line_width"),
                    min=0.5,
                    max=8.0,
                    step=0.1,
                    tooltip="Width of the lines, 0.5 to 8 px; wide ones leave out fine detail.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    "sketch", display_name="sketch", tooltip="Dark lines on white, as an IMAGE."
                )
            ],
        )

    @classmethod
    def execute(cls, image: torch.Tensor, mean_grey: float, line_width: float) -> io.NodeOutput:
        runtime.check_memory(
            memory.sketch_bytes(*image.shape[1:3]), image.device, "drawing a photo's edges"
        )
        sketches = runtime.Results()
        progress = runtime.Progress()
        with runtime.ordinary_tensors():
            for number, photo in enumerate(image.split(1)):
                sketch = core.sketch_photo(
                    core.to_bchw(photo), mean_grey=mean_grey, line_width=line_width
                )
                sketches.add(core.to_bhwc(core.tasks.show_sketch(sketch)), len(image))
                progress.step(number + 1, len(image))
        return io.NodeOutput(sketches.whole)
