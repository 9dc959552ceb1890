"""The node that shows what an edit has changed."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from .. import styleganex_core as core
from . import menu, runtime, widgets


class BeforeAfter(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_BeforeAfter",
            display_name="Before / After",
            **menu.entry("BeforeAfter", io.Schema),
            description="Lay two pictures over each other and drag the line between them.",
            is_output_node=True,
            inputs=[
                io.Image.Input(
                    "before", tooltip="The picture as it was: one for all, or one per result."
                ),
                io.Image.Input(
                    "after",
                    tooltip="The results, from Decode or Paste Face. Where the sizes differ, the "
                    "picture before is resized to fit.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="side_by_side",
                    tooltip="Before on the left, after on the right, one picture per result.",
                )
            ],
        )

    @classmethod
    def execute(cls, before: torch.Tensor, after: torch.Tensor) -> io.NodeOutput:
        if len(before) not in (1, len(after)):
            raise core.ShapeError(
                f"{len(before)} pictures before cannot be compared with {len(after)} after; give "
                "one for all, or one each."
            )
        pairs = runtime.Results()
        with runtime.ordinary_tensors():
            for number in range(len(after)):
                second = core.to_bchw(after[number : number + 1])
                first = core.to_bchw(runtime.pick_picture(before, number))
                pairs.add(core.to_bhwc(core.images.join_sides(first, second)), len(after))
        width = after.shape[2]
        lefts = pairs.whole[: len(before), :, :width]
        views = widgets.show_pictures("before", lefts)
        views |= widgets.show_pictures("after", pairs.whole[:, :, width:])
        return io.NodeOutput(pairs.whole, ui=views)
