"""Nodes that make and change latents."""

from __future__ import annotations

from typing import Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, memory, menu, runtime, sockets, widgets


class Sample(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_Sample",
            display_name="Sample (StyleGANEX)",
            **menu.entry("Sample", io.Schema),
            description="Latents of people who do not exist.",
            inputs=[
                sockets.Model.Input("model", tooltip="Any model; its generator draws the people."),
                inputs.seed("Which person. The pictures of a batch use seed, seed + 1, ..."),
                io.Float.Input(
                    "truncation",
                    default=0.7,
                    min=0.0,
                    max=1.5,
                    step=0.05,
                    tooltip="Variety: 0 (everyone alike), 1 (as learnt), up to 1.5, where people "
                    "look stranger and flaws appear.",
                ),
                io.Combo.Input(
                    "toward",
                    options=["mean", "zero"],
                    default=inputs.default_of(core.sample_latents, "toward"),
                    optional=True,
                    tooltip="Where low truncation leads: the 'mean' person, or the 'zero' style as "
                    "the paper uses for sketches and masks.",
                ),
                io.Int.Input(
                    "width",
                    default=0,
                    min=0,
                    max=4096,
                    step=32,
                    optional=True,
                    tooltip="Width of the decoded picture in px, up to 4096; 0 for the model's "
                    "own. The face keeps its size and the scene around it grows.",
                ),
                io.Int.Input(
                    "height",
                    default=0,
                    min=0,
                    max=4096,
                    step=32,
                    optional=True,
                    tooltip="Height of the decoded picture in px, up to 4096; 0 for the model's "
                    "own.",
                ),
                io.Int.Input(
                    "batch_size",
                    default=1,
                    min=1,
                    max=64,
                    optional=True,
                    tooltip="How many people, 1 to 64.",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    display_name="latents", tooltip="One per person, for Decode or any edit."
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        seed: int,
        truncation: float,
        toward: Literal["mean", "zero"],
        width: int,
        height: int,
        batch_size: int,
    ) -> io.NodeOutput:
        with runtime.loaded(model) as network:
            people = [
                core.sample_latents(
                    network,
                    seed + index,
                    truncation=truncation,
                    toward=toward,
                    height=height or None,
                    width=width or None,
                )
                for index in range(batch_size)
            ]
            return io.NodeOutput(runtime.to_result(core.join_latents(people)))


class ApplyEditVector(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_ApplyEditVector",
            display_name="Apply Edit Vector",
            **menu.entry("ApplyEditVector", io.Schema),
            description="Strengthen or weaken one attribute of a face, such as the smile.",
            inputs=[
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or Sample."),
                sockets.EditVector.Input(
                    "vector", tooltip="The direction, from Load Edit Vector or Find Edit Vectors."
                ),
                io.Float.Input(
                    "strength",
                    default=inputs.default_of(core.apply_edit_vector, "strength"),
                    min=-5.0,
                    max=5.0,
                    step=0.05,
                    tooltip="How much, -5 to 5: 0 changes nothing, negative values do the "
                    "opposite. With the demo vectors 1 is one standard deviation.",
                ),
                inputs.layers(inputs.default_of(core.apply_edit_vector, "layers")),
            ],
            outputs=[
                sockets.Latents.Output(
                    "edited",
                    display_name="latents",
                    tooltip="The edited latents, for Decode or a further edit.",
                )
            ],
        )

    @classmethod
    def execute(
        cls, latents: core.Latents, vector: torch.Tensor, strength: float, layers: str
    ) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            edited = core.apply_edit_vector(latents, vector, strength=strength, layers=layers)
            return io.NodeOutput(edited, ui=widgets.show_slots(edited.w_plus.shape[1]))


class StyleMix(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_StyleMix",
            display_name="Style Mix",
            **menu.entry("StyleMix", io.Schema),
            description="Give a person the looks of another: colours, light, hair.",
            inputs=[
                sockets.Latents.Input(
                    "latents", tooltip="The person whose place and shape are kept."
                ),
                sockets.Latents.Input(
                    "style",
                    tooltip="The person whose looks are used: one for all, or one per picture.",
                ),
                inputs.layers(inputs.default_of(core.mix_styles, "layers"), optional=False),
                io.Float.Input(
                    "strength",
                    default=inputs.default_of(core.mix_styles, "strength"),
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="Share of the other's looks, 0 (none) to 1 (all).",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    "mixed",
                    display_name="latents",
                    tooltip="The mixed latents, for Decode or a further edit.",
                )
            ],
        )

    @classmethod
    def execute(
        cls, latents: core.Latents, style: core.Latents, layers: str, strength: float
    ) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            mixed = core.mix_styles(latents, style, layers=layers, strength=strength)
            return io.NodeOutput(mixed, ui=widgets.show_slots(mixed.w_plus.shape[1]))


class FeatureTransform(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_FeatureTransform",
            display_name="Feature Transform",
            **menu.entry("FeatureTransform", io.Schema),
            description="Move, turn, resize or mirror the person and redraw the picture to fit.",
            inputs=[
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or Sample."),
                io.Float.Input(
                    "dx",
                    default=inputs.default_of(core.transform_features, "dx"),
                    min=-64.0,
                    max=64.0,
                    step=0.5,
                    tooltip="To the right, -64 to 64, in cells of 8 px of the encoded picture.",
                ),
                io.Float.Input(
                    "dy",
                    default=inputs.default_of(core.transform_features, "dy"),
                    min=-64.0,
                    max=64.0,
                    step=0.5,
                    tooltip="Downwards, -64 to 64, in cells of 8 px of the encoded picture.",
                ),
                io.Float.Input(
                    "rotation",
                    default=inputs.default_of(core.transform_features, "rotation"),
                    min=-180.0,
                    max=180.0,
                    step=1.0,
                    tooltip="Degrees counter-clockwise about the centre, -180 to 180; beyond about "
                    "45 the generator no longer draws good faces.",
                ),
                io.Float.Input(
                    "scale",
                    default=inputs.default_of(core.transform_features, "scale"),
                    min=0.25,
                    max=4.0,
                    step=0.05,
                    tooltip="Size factor about the centre, 0.25 to 4: 1 changes nothing, 2 "
                    "doubles the size.",
                ),
                io.Boolean.Input(
                    "flip",
                    default=inputs.default_of(core.transform_features, "flip"),
                    tooltip="Mirror left and right.",
                ),
                sockets.Model.Input(
                    "model",
                    optional=True,
                    tooltip="Only for the picture on the node: the model that will decode. Without "
                    "it the picture given to Encode is shown.",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    "transformed",
                    display_name="latents",
                    tooltip="The moved latents, for Decode or a further edit.",
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        latents: core.Latents,
        dx: float,
        dy: float,
        rotation: float,
        scale: float,
        flip: bool,
        model: ModelPatcher | None = None,
    ) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            transformed = core.transform_features(
                latents, dx=dx, dy=dy, rotation=rotation, scale=scale, flip=flip
            )
        height, width = latents.f.shape[-2:]
        views: widgets.Values = {"styleganex_cells": [width, height]}
        if model is not None:
            views |= widgets.show_pictures("picture", _preview(model, latents[0]))
        return io.NodeOutput(transformed, ui=views)


def _preview(model: ModelPatcher, latents: core.Latents) -> torch.Tensor:
    """A small picture [1, H, W, 3] of latents as they are."""
    with runtime.loaded(model, memory.decode_bytes(model.model.network, latents)) as network:
        preview = core.decode_preview(network, latents, widgets.LONGEST_SIDE)
        return runtime.to_result(core.to_bhwc(preview))
