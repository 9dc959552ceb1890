"""What a file's numbers mean as colours, and how an 8-bit copy is tagged correctly.

Frames are read as 8-bit RGB for a usual screen. Most files keep their own matrix, range and curve
in a copy. Two kinds cannot: RGB files, since a copy has luma and chroma, and HDR (the curves HLG
and PQ), whose range does not fit: its light is mapped to a usual screen, with the white of a page
at full level and what is brighter cut off in its own hue, and the copy is tagged as what it is.

Sources: ITU-R BT.2100 (curves), BT.2408 (white at 203 cd/m2), BT.2087 (primaries), IEC 61966-2-1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..errors import StyleGANEXError
from ..images import nearest_levels
from .chroma import to_signal
from .clip import Colour

FULL_RANGE = 2  # ffmpeg's codes, here and below
RGB, BT709, SILENT, BT2020 = 0, 1, 2, 9
PQ, HLG = 16, 18
KNOWN_SPACES = {BT709, SILENT, 4, 5, 6, 7, BT2020}  # beside these FCC, BT.601 twice, SMPTE 240M
OTHER_SPACES = {8: "YCgCo", 10: "BT.2020 of constant luminance", 11: "Y'D'zD'x", 14: "ICtCp"}

WHITE = 203.0  # cd/m2
HLG_PEAK, HLG_GAMMA = 1000.0, 1.2  # cd/m2 of the usual screen, and its system gamma
LUMA_2020 = np.array([0.2627, 0.678, 0.0593], np.float32)
TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
DEPTHS = (8, 9, 10, 12, 14, 16)  # bits of whole luma and chroma that ffmpeg has a format for
STEPS = 4096  # of the table that brings light to levels


def is_rgb(frame: Any) -> bool:
    """Whether the frame holds red, green and blue, not luma and chroma."""
    return bool(frame.format.is_rgb) or frame.format.name.startswith(("gbr", "rgb", "bgr", "pal"))


def is_hdr(frame: Any) -> bool:
    return int(frame.color_trc) in (PQ, HLG)


def is_full(frame: Any) -> bool:
    """Whether levels reach from 0 to the largest."""
    name = frame.format.name
    return int(frame.color_range) == FULL_RANGE or name.startswith("yuvj") or is_rgb(frame)


def is_transparent(frame: Any) -> bool:
    """Whether some px of the frame are not opaque."""
    if not any(part.is_alpha for part in frame.format.components):
        return False
    return bool((frame.to_ndarray(format="rgba")[..., 3] < 255).any())


def describe_copy(frame: Any, name: str) -> Colour:
    """How a copy of frames like this one says its colours.

    Raises StyleGANEXError for matrices that are not read here, which would come out in false hues.
    """
    space, primaries, transfer = (
        int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc)
    )  # fmt: skip
    if not is_rgb(frame) and space in OTHER_SPACES:
        raise StyleGANEXError(
            f"{name} stores its colours as {OTHER_SPACES[space]}, which is not supported; convert "
            "it to an ordinary H.264 file first."
        )
    if is_hdr(frame):
        return Colour(BT709, BT709, BT709)
    if is_rgb(frame):
        return Colour(BT709, primaries, transfer)
    return Colour(space if space in KNOWN_SPACES else SILENT, primaries, transfer, is_full(frame))


def read_levels(frame: Any, size: tuple[int, int]) -> np.ndarray:
    """The frame as 8-bit RGB [*size, 3] for a usual screen."""
    transfer = int(frame.color_trc)
    if is_rgb(frame) and not is_hdr(frame):
        return _convert(frame, size, "rgb24").to_ndarray()
    signal = _read_signal(frame, size)
    if not is_hdr(frame):
        return nearest_levels(signal.mul(255)).numpy()
    light = _light_of(transfer)[signal.mul(65535).add_(0.5).int().numpy()]
    if transfer == HLG:
        bright = light @ LUMA_2020
        light *= (HLG_PEAK / WHITE * bright ** (HLG_GAMMA - 1))[..., None]
    return _show(light)


def _read_signal(frame: Any, size: tuple[int, int]) -> torch.Tensor:
    """Red, green and blue [*size, 3] in 0..1, by the file's own curve."""
    if is_rgb(frame):
        levels = _convert(frame, size, "rgb48le").to_ndarray()
        return torch.from_numpy(levels.astype(np.float32)) / 65535
    depth = max(part.bits for part in frame.format.components)
    depth = next((known for known in DEPTHS if known >= depth), DEPTHS[-1])
    same = _convert(frame, size, f"yuv444p{depth}le" if depth > 8 else "yuv444p")
    planes = [_plane_of(same, index, depth) for index in range(3)]
    return to_signal(planes, int(frame.colorspace), is_full(frame), depth)


def _convert(frame: Any, size: tuple[int, int], name: str) -> Any:
    """The frame at another size and format, its range as it is (RGB has the full one)."""
    levels = "JPEG" if is_full(frame) else "MPEG"
    return frame.reformat(
        width=size[1],
        height=size[0],
        format=name,
        interpolation="AREA",
        src_color_range=levels,
        dst_color_range=levels,
    )


def _plane_of(frame: Any, index: int, depth: int) -> np.ndarray:
    plane = frame.planes[index]
    kind = np.dtype("<u2" if depth > 8 else np.uint8)
    rows = np.frombuffer(plane, kind).reshape(plane.height, plane.line_size // kind.itemsize)
    return rows[:, : plane.width]


def _show(light: np.ndarray) -> np.ndarray:
    """8-bit levels of light with the primaries of BT.2020, where 1 is white."""
    ours = (light @ TO_709.T).clip(0, None)
    ours /= np.maximum(ours.max(axis=-1, keepdims=True), 1)
    return _levels_of_light()[(ours * (STEPS - 1) + 0.5).astype(np.uint16)]


@lru_cache(maxsize=2)
def _light_of(transfer: int) -> np.ndarray:
    """The light of each 16-bit signal: in whites for PQ, of the scene (0 to 1) for HLG."""
    signal = np.arange(65536, dtype=np.float64) / 65535
    if transfer == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    else:
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        root = signal ** (1 / m2)
        light = ((root - c1).clip(0) / (c2 - c3 * root)) ** (1 / m1) * 10_000 / WHITE
    return light.astype(np.float32)


@lru_cache(maxsize=1)
def _levels_of_light() -> np.ndarray:
    """The 8-bit level on a usual screen (sRGB's curve) of each step of light from 0 to 1."""
    light = np.arange(STEPS) / (STEPS - 1)
    signal = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return nearest_levels(torch.from_numpy(signal * 255)).numpy()
