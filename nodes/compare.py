"""The node that shows what an edit has changed."""

from __future__ import annotations

import torch
from comfy.utils import common_upscale
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
        pairs = runtime.Results()
        with runtime.ordinary_tensors():
            for number in range(len(after)):
                second = _plain(after[number : number + 1])
                first = before[number : number + 1] if len(before) > 1 else before
                first = _fit(_plain(first), second.shape[1], second.shape[2])
                pairs.add(torch.cat([first, second], dim=2), len(after))
        width = after.shape[2]
        lefts = pairs.whole[: len(before), :, :width]
        views = widgets.show_pictures("before", lefts)
        views |= widgets.show_pictures("after", pairs.whole[:, :, width:])
        return io.NodeOutput(pairs.whole, ui=views)


def _plain(image: torch.Tensor) -> torch.Tensor:
    """RGB in 0..1 of any picture that nodes take, [1, H, W, 3]."""
    return core.to_bhwc(core.to_bchw(image))


def _fit(image: torch.Tensor, height: int, width: int) -> torch.Tensor:
    if tuple(image.shape[1:3]) == (height, width):
        return image
    fitted = common_upscale(image.movedim(-1, 1), width, height, "bicubic", "disabled")
    return fitted.movedim(1, -1).clamp(0, 1)
