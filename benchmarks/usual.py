"""The networks written the usual way, as the other side of every ratio in `run.py`.

From the formulas in docs/networks.md alone: one modulated weight per picture and a grouped
convolution, filters as ordinary convolutions of single maps, noise, bias, activation and gain one
after the other. The numbers are the same; the memory passes and the copies are what differs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import torch
import torch.nn.functional as F

import styleganex_core as sx
from styleganex_core.composite import paste_face
from styleganex_core.crop import cut_crop
from styleganex_core.crop.align import REACH
from styleganex_core.crop.masks import face_mask
from styleganex_core.networks import Generator, Model
from styleganex_core.networks.generator import DENSE_SIDE, RGBHead, StyledLayer
from styleganex_core.networks.ops import ModulatedConv
from styleganex_core.video import Frame, Track
from styleganex_core.video.path import plan_path


def filter_maps(x: torch.Tensor, taps: Sequence[float], dilation: int, pads: list[int]):
    """Every map by itself through an ordinary convolution with the outer product of `taps`."""
    batch, channels, height, width = x.shape
    row = torch.tensor(taps, dtype=x.dtype, device=x.device)
    single = F.pad(x.reshape(batch * channels, 1, height, width), pads)
    y = F.conv2d(single, row.outer(row)[None, None], dilation=dilation)
    return y.reshape(batch, channels, *y.shape[-2:])


def modulated(
    conv: ModulatedConv, x: torch.Tensor, style: torch.Tensor, dilation: int | None
) -> torch.Tensor:
    """The modulated convolution with one weight per picture, all in one grouped convolution."""
    batch, channels, height, width = x.shape
    scale = conv.modulation(style).to(x.dtype)
    weight = conv.weight / math.sqrt(conv.weight[0].numel()) * scale[:, None, :, None, None]
    weight = weight * (weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    if conv.up and dilation is None:
        flat = weight.transpose(1, 2).flatten(0, 1)
        y = F.conv_transpose2d(x.reshape(1, -1, height, width), flat, stride=2, groups=batch)
        y = y.reshape(batch, -1, *y.shape[-2:])
        return filter_maps(y, (0.25, 0.75, 0.75, 0.25), 1, [1, 1, 1, 1])
    d = dilation or 1
    if conv.up:
        x = filter_maps(x, (0.25, 0.5, 0.25), d, [2 * d] * 4)
        weight, padding = weight.flip(3, 4), 0
    else:
        padding = d
    grouped = x.reshape(1, batch * channels, *x.shape[-2:])
    y = F.conv2d(grouped, weight.flatten(0, 1), padding=padding, dilation=d, groups=batch)
    return y.reshape(batch, -1, height, width)


def run_layer(layer: StyledLayer, x: torch.Tensor, style: torch.Tensor, dilation: int | None):
    """One styled layer, its noise zero but added, as the usual code does."""
    x = modulated(layer.conv, x, style, dilation)
    x = x + layer.noise_strength * x.new_zeros(x.shape[0], 1, *x.shape[-2:])
    return F.leaky_relu(x + layer.bias[:, None, None], 0.2) * math.sqrt(2)


def run_head(head: RGBHead, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """A head's modulated 1x1 convolution, grouped."""
    batch, channels, height, width = x.shape
    scale = head.modulation(style).to(x.dtype) / math.sqrt(channels)
    weight = (head.weight * scale[:, None])[..., None, None].flatten(0, 1)
    y = F.conv2d(x.reshape(1, -1, height, width), weight, groups=batch)
    return y.reshape(batch, 3, height, width) + head.bias[:, None, None]


def enlarge(rgb: torch.Tensor) -> torch.Tensor:
    """Zeros after every sample, then the filter."""
    batch, channels, height, width = rgb.shape
    spread = rgb.new_zeros(batch, channels, height, 2, width, 2)
    spread[..., 0, :, 0] = rgb
    spread = spread.reshape(batch, channels, 2 * height, 2 * width)
    return filter_maps(spread, (0.25, 0.75, 0.75, 0.25), 1, [2, 1, 2, 1])


def generate(generator: Generator, f: torch.Tensor, w_plus: torch.Tensor) -> torch.Tensor:
    """The picture of `f` [B, C, h, w] and `w_plus` [B, L, D], as `Generator.forward` gives it."""
    w_plus = w_plus.expand(f.shape[0], -1, -1)
    x = run_layer(generator.layers[0], f, w_plus[:, 0], 8)
    rgb = run_head(generator.heads[0], x, w_plus[:, 1])
    for step in range((len(generator.layers) - 1) // 2):
        up, plain = 2 * step + 1, 2 * step + 2
        side = generator.layer_sides()[up]
        dilation = DENSE_SIDE // side if side <= DENSE_SIDE else None
        x = run_layer(generator.layers[up], x, w_plus[:, up], dilation)
        x = run_layer(generator.layers[plain], x, w_plus[:, plain], dilation)
        if dilation:
            rgb = filter_maps(rgb, (0.25, 0.5, 0.25), dilation, [dilation] * 4)
        else:
            rgb = enlarge(rgb)
        rgb = rgb + run_head(generator.heads[step + 1], x, w_plus[:, plain + 1])
    return rgb


def edit_frames(
    model: Model,
    frames: Iterable[Frame],
    track: Track,
    vector: torch.Tensor,
    strength: float,
    reach: int = REACH,
) -> Iterator[Frame]:
    """A clip's first person with an edit, frame by frame: the whole crop is encoded with styles of
    its own (those of the track's picture are then used), drawn with the edit and without, and what
    the edit changes is pasted.
    """
    path = plan_path(track, 0, reach=reach)
    styles = sx.encode_face(model, track.people[0].style).w_plus
    encoder = model.require_encoder()
    for frame in frames:
        picture = frame.to_picture(model.device)
        size = (picture.shape[-2], picture.shape[-1])
        place = path.crop_at(frame.index, size)
        crop = cut_crop(picture, place)
        taps = encoder.extract_taps(crop)
        encoder.style_offsets(taps)
        f = encoder.first_layer_feature(taps)
        plain = generate(model.generator, f, styles)
        edited = generate(model.generator, f, styles + strength * vector)
        mask = face_mask(place, path.face_at(frame.index, size)) * path.share_at(frame.index)
        yield Frame.of(frame, paste_face(picture, edited, place, mask=mask, unedited=plain).cpu())
