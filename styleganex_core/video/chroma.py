"""Red, green and blue as luma and chroma, and back, by the formula: swscale is 3 levels off.

Source: ITU-T H.273, 8.3. Chroma lies on every other row and column: between two rows and on the
left column of two, where H.264 has it.
"""

from __future__ import annotations

import numpy as np
import torch

BT601 = (0.299, 0.114)
WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}


def to_signal(planes: list[np.ndarray], space: int, full_range: bool, depth: int) -> torch.Tensor:
    """Red, green and blue [H, W, 3] in 0..1 of luma and two whole chromas [H, W] of `depth` bits.

    `space`: ffmpeg's code of the matrix, BT.601 for those it has no other weights of.
    """
    red, blue = WEIGHTS.get(space, BT601)
    green = 1 - red - blue
    unit, top = 1 << (depth - 8), (1 << depth) - 1
    luma, chroma, foot = (top, top, 0) if full_range else (219 * unit, 224 * unit, 16 * unit)
    to_red, to_blue = 2 - 2 * red, 2 - 2 * blue
    rows = torch.tensor(
        [
            [1, 0, to_red],
            [1, -blue * to_blue / green, -red * to_red / green],
            [1, to_blue, 0],
        ]
    ) / torch.tensor([luma, chroma, chroma])
    shift = rows @ torch.tensor([foot, 128.0 * unit, 128.0 * unit])
    kind = np.float32 if depth > 8 else np.uint8
    levels = torch.from_numpy(np.stack(planes).astype(kind)).flatten(1).float()
    signal = torch.addmm(-shift[:, None], rows, levels).clamp_(0, 1)
    return signal.view(3, *planes[0].shape).permute(1, 2, 0)


def to_planes(pixels: np.ndarray, space: int, full_range: bool) -> np.ndarray:
    """8-bit RGB [H, W, 3] of even sides as the planes of yuv420p, [H * 3 / 2, W] as in PyAV.

    `space` as above.
    """
    red, blue = WEIGHTS.get(space, BT601)
    height, width = pixels.shape[:2]
    luma_unit, chroma_unit, foot = (1.0, 1.0, 0) if full_range else (219 / 255, 224 / 255, 16)
    weights = np.array([red, 1 - red - blue, blue], np.float32)
    signal = pixels.astype(np.float32)
    luma = signal @ weights
    shared = (signal[0::2] + signal[1::2]) / 2
    before = np.concatenate([shared[:, :1], shared[:, 1:-1:2]], axis=1)
    shared = (before + 2 * shared[:, 0::2] + shared[:, 1::2]) / 4
    shared_luma = shared @ weights
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[:height] = luma * luma_unit + (foot + 0.5)
    quarter = height * width // 4
    chroma = planes[height:].reshape(-1)
    for number, (channel, weight) in enumerate(((2, blue), (0, red))):
        difference = (shared[..., channel] - shared_luma) / (2 - 2 * weight) * chroma_unit
        levels = np.clip(difference + 128.5, 0, 255).astype(np.uint8)
        chroma[number * quarter : (number + 1) * quarter] = levels.reshape(-1)
    return planes
