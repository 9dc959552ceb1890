"""The node that tries an edit vector out."""

from __future__ import annotations

from typing import Any

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, memory, menu, runtime, sockets, widgets

SECOND_ROW = {"second_from": -2.0, "second_to": 2.0, "second_steps": 3}


class SweepEdit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_SweepEdit",
            display_name="Sweep Edit",
            **menu.entry("SweepEdit", io.Schema),
            description="Show one face with an edit at several strengths.",
            is_output_node=True,
            inputs=[
                sockets.Model.Input("model", tooltip="From Load Model or Domain Swap."),
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or Sample."),
                sockets.EditVector.Input(
                    "vector", tooltip="From Load Edit Vector or Find Edit Vectors."
                ),
                _strength(
                    "from_strength",
                    -3.0,
                    "Strength of the first picture, -20 to 20, in the vector's units: one "
                    "standard deviation where it was found here.",
                ),
                _strength(
                    "to_strength",
                    3.0,
                    "Strength of the last picture, -20 to 20, in the vector's units.",
                ),
                io.Int.Input(
                    "steps",
                    default=5,
                    min=2,
                    max=15,
                    tooltip="How many pictures, 2 to 15, at evenly spaced strengths.",
                ),
                inputs.layers(
                    inputs.default_of(core.sweep_edit, "layers"), " Only these are changed."
                ),
                io.Int.Input(
                    "picture",
                    default=0,
                    min=0,
                    max=4095,
                    optional=True,
                    tooltip="Which of the latents, counted from 0, where there are several.",
                ),
                sockets.EditVector.Input(
                    "second_vector",
                    optional=True,
                    tooltip="Another edit, from row to row: the strip becomes a grid.",
                ),
                *inputs.fold(*_second_row()),
            ],
            outputs=[
                io.Image.Output(
                    "strip",
                    display_name="strip",
                    tooltip="All pictures in one row, each above its strength.",
                ),
                io.Image.Output(
                    "images",
                    display_name="images",
                    tooltip="The pictures one by one, one per strength.",
                ),
                sockets.Latents.Output(
                    "swept", display_name="latents", tooltip="One per strength, for Decode."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        latents: core.Latents,
        vector: torch.Tensor,
        from_strength: float,
        to_strength: float,
        steps: int,
        layers: str,
        picture: int,
        second_vector: torch.Tensor | None = None,
        **second_row: Any,
    ) -> io.NodeOutput:
        strengths = core.latents.space_strengths(from_strength, to_strength, steps)
        grid: list[Any] = list(strengths)
        second = None
        if second_vector is not None:
            rows = core.latents.space_strengths(*(SECOND_ROW | second_row).values())
            second = (second_vector, rows)
            grid = [[strength, row] for row in rows for strength in strengths]
        needed = memory.decode_bytes(model.model.network, latents)
        with runtime.loaded(model, needed) as network:
            swept = core.sweep_edit(latents[picture], vector, strengths, layers, second=second)
            pictures = runtime.map_pictures(
                lambda rows: core.decode_latents(network, swept[rows], noise="stored"),
                swept.batch,
                needed,
                network.device,
                "decoding",
            )
        strip = core.draw_strip(pictures, [_label(one) for one in grid], columns=steps)
        images = core.to_bhwc(pictures)
        views = widgets.show_slots(swept.w_plus.shape[1]) | widgets.show_pictures("sweep", images)
        views |= {"styleganex_strengths": grid}
        return io.NodeOutput(core.to_bhwc(strip), images, swept, ui=views)


def _strength(name: str, default: float, tooltip: str, optional: bool = False) -> io.Float.Input:
    return io.Float.Input(
        name, default=default, min=-20.0, max=20.0, step=0.25, optional=optional, tooltip=tooltip
    )


def _second_row() -> list[io.Input]:
    return [
        _strength(
            "second_from",
            SECOND_ROW["second_from"],
            "Strength of the second vector in the first row, -20 to 20.",
            optional=True,
        ),
        _strength(
            "second_to",
            SECOND_ROW["second_to"],
            "Strength of the second vector in the last row, -20 to 20.",
            optional=True,
        ),
        io.Int.Input(
            "second_steps",
            default=SECOND_ROW["second_steps"],
            min=2,
            max=15,
            optional=True,
            tooltip="How many rows, 2 to 15, where a second vector is connected.",
        ),
    ]


def _label(strength: float | list[float]) -> str:
    if isinstance(strength, list):
        return " / ".join(map(_label, strength))
    return f"{strength:+.3g}" if strength else "0"
