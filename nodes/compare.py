"""The node that shows what an edit has changed."""

from __future__ import annotations

import torch
from comfy.utils import common_upscale
from comfy_api.latest import io

from .. import styleganex_core as core
from . import sockets, widgets


class BeforeAfter(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_BeforeAfter",
            display_name="Before / After (StyleGANEX)",
            category=sockets.CATEGORY,
            description="Lay two pictures over each other and drag the line between them.",
            is_output_node=True,
            inputs=[
                io.Image.Input(
                    "before", tooltip="The picture as it was: one for all, or one per result."
                ),
                io.Image.Input(
                    "after",
                    tooltip="The results, from Decode or Paste Face. Where their size differs, "
                    "the picture before is fitted to it.",
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
                f"{len(before)} pictures before cannot be set against {len(after)} after; give "
                "one for all, or one each."
            )
        before, after = (core.to_bhwc(core.to_bchw(image)) for image in (before, after))
        height, width = after.shape[1:3]
        if before.shape[1:3] != after.shape[1:3]:
            fitted = common_upscale(before.movedim(-1, 1), width, height, "bicubic", "disabled")
            before = fitted.movedim(1, -1).clamp(0, 1)
        pairs = torch.cat([before.expand(len(after), -1, -1, -1), after], dim=2)
        views = widgets.show_pictures("before", before) | widgets.show_pictures("after", after)
        return io.NodeOutput(pairs, ui=views)
