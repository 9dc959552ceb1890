"""MTCNN's three small networks, which tell faces from non-faces at growing precision.

Source: Zhang et al. 2016, "Joint Face Detection and Alignment Using Multitask Cascaded
Convolutional Networks". The published weights (MIT, see `mtcnn.LICENSE.txt`) are bundled.

Convention: patches are [N, 3, S, S] in -1..1, RGB; a box is (left, top, right, bottom) and a
correction of it is in sides of the patch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

WEIGHTS_FILE = Path(__file__).with_name("mtcnn.safetensors")
INPUT_SCALE = 127.5 / 128  # the networks were trained on (levels - 127.5) / 128

# Layers as (channels, kernel, pooling window or 0), all pooling in steps of 2 px; see table 1 of
# the paper. Fully connected layers are convolutions over the whole map.
PROPOSAL = [(10, 3, 2), (16, 3, 0), (32, 3, 0)]
REFINEMENT = [(28, 3, 3), (48, 3, 3), (64, 2, 0), (128, 3, 0)]
OUTPUT = [(32, 3, 3), (64, 3, 3), (64, 3, 2), (128, 2, 0), (256, 3, 0)]

PROPOSAL_SIDE, REFINEMENT_SIDE, OUTPUT_SIDE = 12, 24, 48  # px of a patch
PROPOSAL_STRIDE = 2  # px between neighbouring patches that the proposal network looks at


@dataclass(frozen=True)
class Verdict:
    """What a network says of N patches, or of all the patches of a picture at h x w places.

    `score` [N, h, w]: how sure it is of a face, 0..1. `box` [N, 4, h, w]: how far to move left,
    top, right and bottom, in sides. `points` [N, 10, h, w]: five x, then five y, as shares of the
    side: image-left eye, image-right eye, nose, left and right corner of the mouth; or None.
    """

    score: torch.Tensor
    box: torch.Tensor
    points: torch.Tensor | None


class CascadeNet(nn.Module):
    """One of the three: convolutions with learned leaky slopes, pooling, and two or three heads."""

    def __init__(self, plan: list[tuple[int, int, int]], with_points: bool = False) -> None:
        super().__init__()
        inputs = [3, *(channels for channels, _, _ in plan)]
        self.convs = nn.ModuleList(
            nn.Conv2d(before, channels, kernel)
            for before, (channels, kernel, _) in zip(inputs, plan, strict=False)
        )
        self.slopes = nn.ModuleList(nn.PReLU(channels) for channels, _, _ in plan)
        self.windows = [window for _, _, window in plan]
        outputs = {"face": 2, "box": 4} | ({"points": 10} if with_points else {})
        self.heads = nn.ModuleDict(
            {name: nn.Conv2d(inputs[-1], count, 1) for name, count in outputs.items()}
        )

    def forward(self, image: torch.Tensor) -> Verdict:
        x = image * INPUT_SCALE
        for conv, slope, window in zip(self.convs, self.slopes, self.windows, strict=True):
            x = slope(conv(x))
            if window:
                x = F.max_pool2d(x, window, stride=2, ceil_mode=True)
        return Verdict(
            score=self.heads["face"](x).softmax(dim=1)[:, 1],
            box=self.heads["box"](x),
            points=self.heads["points"](x) if "points" in self.heads else None,
        )


class FaceDetector(nn.Module):
    """The three networks of the cascade."""

    def __init__(self) -> None:
        super().__init__()
        self.proposal = CascadeNet(PROPOSAL)
        self.refinement = CascadeNet(REFINEMENT)
        self.output = CascadeNet(OUTPUT, with_points=True)

    @property
    def device(self) -> torch.device:
        return self.proposal.convs[0].weight.device  # type: ignore[return-value]


def load_face_detector(device: torch.device | str = "cpu") -> FaceDetector:
    """The bundled networks in float32, ready to run; about 2 MB of memory."""
    with torch.inference_mode(False):
        detector = FaceDetector()
        tensors = load_file(WEIGHTS_FILE)
        detector.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
        return detector.eval().requires_grad_(False).to(device)
