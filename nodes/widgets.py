"""What nodes tell their widgets in the editor after a run; nothing depends on it being read."""

from __future__ import annotations

import torch
from comfy.utils import common_upscale
from comfy_api.latest import io, ui

LONGEST_SIDE = 512  # px of a picture that is only looked at
AT_ONCE = 8  # pictures made small at a time, so that a whole clip is not held twice
Values = dict[str, list]


def show_slots(count: int) -> Values:
    """How many style slots there are: for the layer mask."""
    return {"styleganex_slots": [count]}


def show_pictures(key: str, image: torch.Tensor) -> Values:
    """An IMAGE [B, H, W, 3], made small, as files of ComfyUI's temp folder.

    `key` is not ComfyUI's own "images", so that the editor leaves showing them to our widget.
    """
    return {f"styleganex_{key}": _save_small(image)}


def show_images(image: torch.Tensor) -> Values:
    """An IMAGE [B, H, W, 3], made small, that the editor itself shows in the node."""
    return {"images": _save_small(image)}


def _save_small(image: torch.Tensor) -> list:
    height, width = image.shape[1:3]
    share = LONGEST_SIDE / max(height, width)
    files = []
    for part in image[..., :3].split(AT_ONCE):
        if share < 1:
            sides = max(1, round(width * share)), max(1, round(height * share))
            part = common_upscale(part.movedim(-1, 1), *sides, "area", "disabled").movedim(1, -1)
        files += ui.ImageSaveHelper.save_images(
            part,
            filename_prefix="StyleGANEX_widget",
            folder_type=io.FolderType.temp,
            cls=None,
        )
    return files
