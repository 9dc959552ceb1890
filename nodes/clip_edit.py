"""The node that says what is edited in a clip, when and for whom."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, menu, sockets

EVERYBODY = -1


class ClipEdit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_ClipEdit",
            display_name="Clip Edit",
            **menu.entry("ClipEdit", io.Schema),
            description="An edit for a clip: a vector whose strength may change over time.",
            inputs=[
                sockets.EditVector.Input(
                    "vector", tooltip="From Load Edit Vector or Find Edit Vectors."
                ),
                io.String.Input(
                    "strength",
                    default="2",
                    tooltip="A number as in Apply Edit Vector, or keyframes 'frame:strength' such "
                    "as '0:0, 24:1', with straight lines between them; '1.5s:1' counts in "
                    "seconds. Frames count from 0 at the clip's start.",
                ),
                inputs.layers(core.ClipEdit.layers, " Only these are changed.", optional=False),
                io.Int.Input(
                    "person",
                    default=EVERYBODY,
                    min=EVERYBODY,
                    max=99,
                    tooltip="Who is changed: a number as Track Faces shows it, or -1 for "
                    "everybody. If every edit names somebody, others stay as they are.",
                ),
                sockets.ClipEdits.Input(
                    "edits", optional=True, tooltip="Edits to add this one to, from Clip Edit."
                ),
            ],
            outputs=[
                sockets.ClipEdits.Output(
                    "all_edits",
                    display_name="edits",
                    tooltip="For Edit Video, Edit Frames or a further Clip Edit.",
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        vector: torch.Tensor,
        strength: str,
        layers: str,
        person: int,
        edits: tuple[core.ClipEdit, ...] = (),
    ) -> io.NodeOutput:
        keys = core.parse_keyframes(strength)
        whom = None if person == EVERYBODY else person
        return io.NodeOutput((*edits, core.ClipEdit(vector, keys, layers, whom)))
