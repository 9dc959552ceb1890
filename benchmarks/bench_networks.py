"""Speed of the networks' design choices, each as a ratio measured in one run.

    python benchmarks/bench_networks.py [--size 1024] [--side 256] [--repeats 5]

Random weights: only time is measured. Prints median and spread; the first line is the machine.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from styleganex_core.datatypes import Latents
from styleganex_core.decode import decode_latents
from styleganex_core.networks import (
    EncoderConfig,
    GeneratorConfig,
    Model,
    ModelConfig,
)
from styleganex_core.networks.encoder import Encoder
from styleganex_core.networks.ops import ModulatedConv

OFFICIAL_WIDTHS = (512, 512, 512, 512, 512, 256, 128, 64, 32)


def grouped_convolution(conv: ModulatedConv, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """The usual form: one weight per picture, one group per picture."""
    batch, channels, height, width = x.shape
    weight = conv.weight * conv.modulation(style)[:, None, :, None, None]  # [B, O, I, 3, 3]
    weight = weight * (weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    grouped = x.reshape(1, batch * channels, height, width)
    y = F.conv2d(grouped, weight.flatten(0, 1), padding=1, groups=batch)
    return y.reshape(batch, -1, height, width)


def measure(call: Callable[[], object], repeats: int) -> list[float]:
    call()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return seconds


def report(label: str, ours: list[float], other: list[float], what: str) -> None:
    median, base = statistics.median(ours), statistics.median(other)
    spread = f"{min(ours):.3f} to {max(ours):.3f} s"
    print(f"{label}: {median:.3f} s ({spread}); {what} {base:.3f} s, ratio {base / median:.2f}")


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="the generator's size, px")
    parser.add_argument("--side", type=int, default=256, help="the encoded picture's side, px")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {platform.processor()}, {torch.get_num_threads()} threads")

    conv = ModulatedConv(512, 512, 512, up=False)
    for batch in (1, 4):
        x, style = torch.randn(batch, 512, 32, 32), torch.randn(batch, 512)
        report(
            f"modulated convolution 512 ch, 32x32, batch {batch}",
            measure(lambda x=x, s=style: conv(x, s, None), options.repeats),
            measure(lambda x=x, s=style: grouped_convolution(conv, x, s), options.repeats),
            "grouped, one weight per picture",
        )

    slots = 2 * (options.size.bit_length() - 1) - 2
    encoder = Encoder(EncoderConfig(slots, 512, 512)).eval()
    picture = torch.rand(1, 3, options.side, options.side) * 2 - 1
    report(
        f"f of {options.side} px",
        measure(
            lambda: encoder.first_layer_feature(encoder.extract_taps(picture, last_block=20)),
            options.repeats,
        ),
        measure(
            lambda: encoder.style_offsets(encoder.extract_taps(picture)),
            options.repeats,
        ),
        "with the last stage and the style heads",
    )

    channels = OFFICIAL_WIDTHS[: options.size.bit_length() - 2]
    model = Model(ModelConfig(GeneratorConfig(options.size, 512, channels))).eval()
    cells = options.side // 8
    latents = Latents(torch.randn(1, 512, cells, cells), torch.randn(1, model.num_slots, 512))
    whole = measure(lambda: decode_latents(model, latents), options.repeats)
    constant, styles = model.generator.constant, latents.w_plus
    plain = measure(lambda: model.generator(constant, styles, dense=False), options.repeats)
    report(
        f"decode {options.side * model.ratio:.0f} px",
        whole,
        plain,
        f"StyleGAN2 at {options.size} px",
    )


if __name__ == "__main__":
    main()
