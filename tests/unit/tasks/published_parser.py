"""The face parser's published file, with random numbers in it."""

from __future__ import annotations

import torch

WIDTHS = {1: 64, 2: 128, 3: 256, 4: 512}


def published_shapes() -> dict[str, tuple[int, ...]]:
    """Keys and shapes of 79999_iter.pth."""
    convs = {"cp.resnet.conv1": (64, 3, 7), "conv_out.conv_out": (19, 256, 1)}
    norms = {"cp.resnet.bn1": 64}
    for stage, width in WIDTHS.items():
        for block in (0, 1):
            inputs = width if block else WIDTHS.get(stage - 1, 64)
            name = f"cp.resnet.layer{stage}.{block}"
            convs |= {f"{name}.conv1": (width, inputs, 3), f"{name}.conv2": (width, width, 3)}
            norms |= {f"{name}.bn1": width, f"{name}.bn2": width}
            if block == 0 and stage > 1:
                convs[f"{name}.downsample.0"] = (width, inputs, 1)
                norms[f"{name}.downsample.1"] = width
    for name, shape in {
        "cp.arm16.conv": (128, 256, 3), "cp.arm32.conv": (128, 512, 3),
        "cp.conv_head16": (128, 128, 3), "cp.conv_head32": (128, 128, 3),
        "cp.conv_avg": (128, 512, 1), "ffm.convblk": (256, 256, 1),
        "conv_out.conv": (256, 256, 3), "conv_out16.conv": (64, 128, 3),
        "conv_out32.conv": (64, 128, 3),
    }.items():  # fmt: skip
        convs[f"{name}.conv"], norms[f"{name}.bn"] = shape, shape[0]
    for size in (16, 32):
        convs[f"cp.arm{size}.conv_atten"], norms[f"cp.arm{size}.bn_atten"] = (128, 128, 1), 128
        convs[f"conv_out{size}.conv_out"] = (19, 64, 1)
    convs |= {"ffm.conv1": (64, 256, 1), "ffm.conv2": (256, 64, 1)}
    shapes: dict[str, tuple[int, ...]] = {
        f"{name}.weight": (out, inputs, kernel, kernel)
        for name, (out, inputs, kernel) in convs.items()
    }
    for name, width in norms.items():
        shapes |= {
            f"{name}.{leaf}": (width,) for leaf in ("weight", "bias", "running_mean", "running_var")
        }
        shapes[f"{name}.num_batches_tracked"] = ()
    return shapes


def published_tensors() -> dict[str, torch.Tensor]:
    """Random ones under the keys of 79999_iter.pth; what they find means nothing."""
    random = torch.Generator().manual_seed(0)
    tensors = {}
    for key, shape in published_shapes().items():
        value = torch.randn(shape, generator=random)
        if key.endswith("num_batches_tracked"):
            value = torch.tensor(7)
        elif key.endswith("running_var"):
            value = 1 + value.abs() / 5
        elif key.endswith(("bias", "running_mean")):
            value = value / 5
        elif len(shape) == 1:
            value = 1 + value / 10
        else:
            value = value / (value[0].numel() / 2) ** 0.5
        tensors[key] = value
    return tensors
