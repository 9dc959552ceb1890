"""What a result is compared with its truth by; one value per picture, [B], unless said otherwise.

Convention: pictures are [B, 3, H, W] in -1..1; errors are stated on the 0..1 scale, as papers do.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

WINDOW, DEVIATION = 11, 1.5  # px, as in Wang et al. 2004
STABILISERS = (0.01**2, 0.03**2)


def mean_absolute_error(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean absolute difference of values in 0..1."""
    return (image - target).abs().mean(dim=(1, 2, 3)) / 2


def mean_squared_error(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean squared difference of values in 0..1."""
    return (image - target).square().mean(dim=(1, 2, 3)) / 4


def peak_signal_to_noise(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """PSNR in dB; 100 for equal pictures."""
    return -10 * torch.log10(mean_squared_error(image, target).clamp_min(1e-10))


def structural_similarity(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """SSIM, at most 1: Gaussian windows of 11 px within the picture, the mean over the channels.

    Source: Wang et al. 2004. Pictures under 11 px a side use a window of their own size.
    """
    first, second = (image.double() + 1) / 2, (target.double() + 1) / 2
    rows = _window(min(WINDOW, image.shape[-2]))[:, None]
    columns = _window(min(WINDOW, image.shape[-1]))[None]

    def blur(x: torch.Tensor) -> torch.Tensor:
        channels = x.shape[1]
        x = F.conv2d(x, rows.to(x).expand(channels, 1, -1, -1), groups=channels)
        return F.conv2d(x, columns.to(x).expand(channels, 1, -1, -1), groups=channels)

    mean_1, mean_2 = blur(first), blur(second)
    variance_1 = blur(first * first) - mean_1 * mean_1
    variance_2 = blur(second * second) - mean_2 * mean_2
    covariance = blur(first * second) - mean_1 * mean_2
    light, contrast = STABILISERS
    ratio = (2 * mean_1 * mean_2 + light) * (2 * covariance + contrast)
    ratio = ratio / (mean_1**2 + mean_2**2 + light) / (variance_1 + variance_2 + contrast)
    return ratio.mean(dim=(1, 2, 3)).float()


def temporal_change(frames: torch.Tensor) -> float:
    """The mean absolute change from one frame of a clip [T, 3, H, W] to the next, in 0..1."""
    if len(frames) < 2:
        return 0.0
    return (frames[1:] - frames[:-1]).abs().mean().item() / 2


def mean_iou(labels: torch.Tensor, truth: torch.Tensor, classes: int = 19) -> float:
    """The mean over the classes in `truth` of intersection over union, all pictures [B, H, W]
    together.
    """
    pairs = truth.long().flatten() * classes + labels.long().flatten()
    counts = torch.bincount(pairs, minlength=classes * classes).view(classes, classes).double()
    hits = counts.diagonal()
    union = counts.sum(dim=0) + counts.sum(dim=1) - hits
    present = counts.sum(dim=1) > 0
    return (hits[present] / union[present]).mean().item()


def _window(length: int) -> torch.Tensor:
    places = torch.arange(length, dtype=torch.float64) - (length - 1) / 2
    bell = torch.exp(-0.5 * (places / DEVIATION) ** 2)
    return bell / bell.sum()
