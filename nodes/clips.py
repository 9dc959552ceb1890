"""ComfyUI's VIDEO as a clip of the core, and finished clips as VIDEO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folder_paths
import torch
from comfy_api.latest import InputImpl, io, ui

from .. import styleganex_core as core

PREFIX = "StyleGANEX/clip"  # of the files under ComfyUI's temp folder


def to_clip(video: Any) -> core.Clip:
    """The clip of a VIDEO: its file, read as it is needed, or what is already in memory."""
    if isinstance(video, InputImpl.VideoFromFile):
        clip = core.FileClip(video.get_stream_source())
        if _is_whole(video, clip):
            return clip
    parts = video.get_components()
    if not len(parts.images):
        raise core.StyleGANEXError("the video holds no frames; look at the node that made it.")
    sound = parts.audio
    if not sound or not sound["waveform"].numel():
        return core.TensorClip(parts.images, parts.frame_rate)
    waveform, rate = sound["waveform"][0], int(sound["sample_rate"])
    return core.TensorClip(parts.images, parts.frame_rate, waveform, rate)


def new_file(size: tuple[int, int]) -> Path:
    """A free name for an mp4 of (height, width) px frames in ComfyUI's temp folder."""
    folder, name, counter, _, _ = folder_paths.get_save_image_path(
        PREFIX, folder_paths.get_temp_directory(), size[1], size[0]
    )
    return Path(folder) / f"{name}_{counter:05}_.mp4"


def to_output(path: Path) -> io.NodeOutput:
    """The finished file as VIDEO, shown in the node."""
    subfolder = path.parent.relative_to(folder_paths.get_temp_directory()).as_posix()
    shown = ui.SavedResult(path.name, subfolder, io.FolderType.temp)
    return io.NodeOutput(InputImpl.VideoFromFile(str(path)), ui=ui.PreviewVideo([shown]))


def frames_to_clip(images: torch.Tensor, fps: float) -> core.Clip:
    """An IMAGE batch as a clip."""
    return core.TensorClip(images, fps)


def _is_whole(video: Any, clip: core.FileClip) -> bool:
    """Whether the VIDEO is all of its file: newer ComfyUI can trim one without a new file."""
    with clip.open() as container:
        whole = container.duration
    return whole is None or abs(video.get_duration() - whole / 1e6) < 0.05
