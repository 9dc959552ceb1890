"""A generator against pictures: the discriminator, its turns, and the generator's own network.

Source: StyleGAN2, appendix B; Mescheder et al. 2018. A domain keeps mapping and constant, so that
styles and edits stay valid.

Convention: pictures are [B, 3, H, W] in -1..1; the discriminator sees squares of its own size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.images import to_pil
from styleganex_core.networks import GeneratorConfig, Model
from styleganex_core.networks.ops import leaky_gain

from ..data.batch import TaskBatch
from ..optim import Learner
from ..run.ranks import Ranks
from . import Terms, Turn

DISCRIMINATOR = "discriminator"  # the learner's name
PENALTY_EVERY = 16  # steps
GAMMA = 1.0  # weight of R1
LARGEST_GRADIENT = 1e6  # norm; beyond it something broke
SHOWN = 12  # samples on a sheet
SHEET_COLUMNS = 6
SHEET_SEED = 20_001
GROUP = 4  # pictures whose spread is compared
LAST_SIDE = 4  # px
BLUR = (1.0, 3.0, 3.0, 1.0)


class Adversary:
    """A discriminator that looks at windows of the generator's size, and how it learns."""

    def __init__(
        self,
        config: GeneratorConfig,
        device: torch.device,
        *,
        rate: float,
        betas: tuple[float, float],
        seed: int,
    ) -> None:
        """`rate`, `betas`: of its Adam; `seed`: of its first weights."""
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(seed)
            module = Discriminator(config.size, config.channels).to(device)
        self.size = config.size
        self.shared: nn.Module = module
        self.learner = Learner(module, device, largest_gradient=LARGEST_GRADIENT)
        self.learner.use(torch.optim.Adam(module.parameters(), lr=rate, betas=betas))

    def share(self, ranks: Ranks) -> None:
        """Learn by several processes."""
        self.shared = ranks.share(self.learner.module.requires_grad_(True))

    def window(self, image: torch.Tensor, place: tuple[float, float]) -> torch.Tensor:
        """A square of the discriminator's size, at `place` (0..1 down and across) of pictures.

        Smaller pictures are enlarged to it.
        """
        height, width = image.shape[-2:]
        if min(height, width) < self.size:
            grown = max(self.size / height, self.size / width)
            size = (max(self.size, round(height * grown)), max(self.size, round(width * grown)))
            image = F.interpolate(image, size, mode="bilinear", antialias=True)
            height, width = size
        top, left = (
            round(share * (whole - self.size))
            for share, whole in zip(place, (height, width), strict=True)
        )
        return image[..., top : top + self.size, left : left + self.size]

    def judge(self, made: torch.Tensor, place: tuple[float, float]) -> torch.Tensor:
        """What the generator minimises: how easily its pictures [B, 3, H, W] are told."""
        self.learner.module.requires_grad_(False)
        return generator_loss(self.learner.module(self.window(made, place)))

    def turns(
        self,
        made: torch.Tensor,
        real: torch.Tensor,
        place: tuple[float, float],
        *,
        step: int,
        weight: float,
    ) -> Iterator[Turn]:
        """Its own turns on made and real pictures; `weight` is included in the first's loss."""
        self.learner.module.requires_grad_(True)
        made, real = (self.window(x.detach(), place) for x in (made, real))
        real_scores, fake_scores = self.shared(torch.cat([real, made])).chunk(2)
        loss = weight * discriminator_loss(real_scores, fake_scores)
        yield Turn(DISCRIMINATOR, {"discriminator": loss})
        if step % PENALTY_EVERY == 0:
            # In full precision: second derivatives overflow in half.
            with torch.autocast(real.device.type, enabled=False):
                penalty = gradient_penalty(self.shared, real)
            yield Turn(DISCRIMINATOR, {"penalty": GAMMA * PENALTY_EVERY * penalty})


class GeneratorNetwork(nn.Module):
    """The generator of a model; what its pictures are worth the adversary says."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: TaskBatch, done: float = 0.0) -> tuple[torch.Tensor, Terms]:
        """Pictures [B, 3, S, S] of the batch's seeds; no losses of its own.

        From a random slot on the styles are another person's, so that neighbouring slots do not
        come to depend on each other.
        """
        generator, assigned = self.model.generator, batch.seeds
        assert assigned is not None
        sources = [torch.Generator().manual_seed(seed) for seed in assigned.tolist()]
        slots = self.model.num_slots

        def draw_all(*shape: int) -> torch.Tensor:
            return torch.stack([torch.randn(*shape, generator=s) for s in sources]).to(batch.x)

        z = draw_all(2, self.model.style_dim)
        cross = [int(torch.randint(1, slots + 1, (), generator=source)) for source in sources]
        first, second = (generator.mapping(noise)[:, None] for noise in z.unbind(1))
        early = torch.arange(slots)[None] < torch.tensor(cross)[:, None]
        w_plus = torch.where(early[:, :, None].to(z.device), first, second)
        f = generator.constant.expand(len(w_plus), -1, -1, -1)
        noise = [draw_all(1, side, side) for side in generator.layer_sides()]
        return generator(f, w_plus, noise, dense=False).float(), {}


@torch.no_grad()
def show_samples(model: Model, sheet: Path) -> None:
    """Write a picture of samples, the same people each time."""
    generator = model.generator
    z = torch.randn(SHOWN, model.style_dim, generator=torch.Generator().manual_seed(SHEET_SEED)).to(
        model.device
    )
    w_plus = generator.mapping(z)[:, None].expand(-1, model.num_slots, -1)
    f = generator.constant.expand(SHOWN, -1, -1, -1)
    made = generator(f, w_plus, dense=False).float().clamp(-1, 1).cpu()
    rows = [torch.cat(list(row), dim=2) for row in made.split(SHEET_COLUMNS)]
    to_pil(torch.cat(rows, dim=1)[None]).save(sheet)


class EqualConv(nn.Module):
    """A convolution whose weight is scaled by 1 / sqrt(fan in) as it runs."""

    def __init__(self, in_channels: int, out_channels: int, side: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, side, side))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        gain = 1 / math.sqrt(self.weight[0].numel())
        padding = self.weight.shape[-1] // 2 if stride == 1 else 0
        return F.conv2d(x, self.weight * gain, self.bias, stride, padding)


class ResidualBlock(nn.Module):
    """Two convolutions, the second halving the sides, and a shortcut."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.first = EqualConv(in_channels, in_channels, 3)
        self.second = EqualConv(in_channels, out_channels, 3)
        self.shortcut = EqualConv(in_channels, out_channels, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = leaky_gain(self.first(x))
        y = leaky_gain(self.second(_blur(y, 2), stride=2))
        return (y + self.shortcut(_blur(x, 1), stride=2)) / math.sqrt(2)


class Discriminator(nn.Module):
    """How real pictures look, one number [B, 1] per picture.

    `channels` has one width per resolution 4, 8, ... `size`, as a generator's config has.
    """

    def __init__(self, size: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size
        widths = channels[::-1]
        self.stem = EqualConv(3, widths[0], 1)
        self.blocks = nn.ModuleList(
            ResidualBlock(before, after) for before, after in itertools.pairwise(widths)
        )
        self.last = EqualConv(widths[-1] + 1, widths[-1], 3)
        self.hidden = EqualConv(widths[-1], widths[-1], LAST_SIDE)
        self.score = EqualConv(widths[-1], 1, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = leaky_gain(self.stem(image))
        for block in self.blocks:
            x = block(x)
        x = torch.cat([x, _spread(x)], dim=1)
        x = leaky_gain(self.last(x))
        x = leaky_gain(F.conv2d(x, *_dense(self.hidden)))
        return self.score(x).flatten(1)


def generator_loss(fake: torch.Tensor) -> torch.Tensor:
    """What the generator minimises: scores [B, 1] of its pictures, non-saturating."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """What the discriminator minimises: the logistic loss of both scores [B, 1]."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def gradient_penalty(discriminator: nn.Module, real: torch.Tensor) -> torch.Tensor:
    """R1: half the mean squared gradient of the scores at real pictures [B, 3, H, W]."""
    real = real.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean() / 2


def _dense(layer: EqualConv) -> tuple[torch.Tensor, torch.Tensor | None]:
    return layer.weight / math.sqrt(layer.weight[0].numel()), layer.bias


def _spread(x: torch.Tensor) -> torch.Tensor:
    """The standard deviation within groups of pictures, [B, 1, h, w], against collapse."""
    count = x.shape[0]
    group = next(size for size in range(min(GROUP, count), 0, -1) if count % size == 0)
    grouped = x.reshape(group, count // group, *x.shape[1:])
    deviation = (grouped.var(dim=0, correction=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    return deviation.repeat(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])


def _blur(x: torch.Tensor, margin: int) -> torch.Tensor:
    """Low-passed and padded for a stride-2 kernel of 3 (`margin` 2) or 1 (`margin` 1)."""
    taps = x.new_tensor(BLUR)
    kernel = (taps.outer(taps) / taps.sum() ** 2).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(F.pad(x, [margin] * 4), kernel, groups=x.shape[1])
