"""Step II: latents refined by gradient until the decoded picture matches.

Source: StyleGANEX, section 4.2 (Step II); rate, jitter and noise terms from docs/networks.md,
"Step II".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

from ..datatypes import Latents, join_latents
from ..errors import ShapeError, StyleGANEXError
from ..losses import fit_mask, multiscale_loss, noise_correlation_loss, pixel_loss
from ..networks import Model
from ..networks.synthesis import synthesize
from ..ranges import check_number
from ..settings import takes_fields
from .adam import Adam

RAMP_UP, RAMP_DOWN = 0.05, 0.25  # shares of the run
JITTER, JITTER_SHARE = 0.01, 0.75  # of the styles' spread; share of the run with jitter
STYLE_SAMPLES = 1000
NOISE_WEIGHT = 1000.0
PREVIEW_EVERY = 10  # steps

Likeness = Callable[[torch.Tensor], torch.Tensor]  # a picture [1, 3, H, W] to [1]
Distance = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # pictures to [B]
ReportSteps = Callable[[int, int], None]  # steps done, steps in all


@dataclass(frozen=True)
class OptimizeSettings:
    """How `optimize_latents` refines: which latents, how fast, and what counts.

    `learning_rate`: its peak; it rises over the first 5 % and falls over the last 25 % of the
    `steps`. The loss is `pixel_weight` x mean square + `perceptual_weight` x the perceptual
    distance + `style_pull` x mean square distance of `w_plus` from its start, which keeps edits
    working, + `likeness_weight` x `likeness`, where one is given. The same `seed` gives the same
    result.
    """

    steps: int = 150
    learning_rate: float = 0.05
    optimize_f: bool = True
    optimize_w_plus: bool = True
    optimize_noise: bool = False
    style_pull: float = 0.0
    pixel_weight: float = 1.0
    perceptual_weight: float = 1.0
    seed: int = 0
    likeness_weight: float = 0.0

    def __post_init__(self) -> None:
        anything = self.optimize_f or self.optimize_w_plus or self.optimize_noise
        if self.steps < 1 or not anything:
            raise StyleGANEXError(
                f"nothing to optimise: {self.steps} steps, f {self.optimize_f}, w_plus "
                f"{self.optimize_w_plus}, noise {self.optimize_noise}; use at least 1 step and "
                "switch on at least one of the three."
            )
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise StyleGANEXError(f"learning_rate must be above 0; got {self.learning_rate}.")
        for name in ("style_pull", "pixel_weight", "perceptual_weight", "likeness_weight"):
            check_number(getattr(self, name), name, 0)


@takes_fields(OptimizeSettings)
def optimize_latents(
    model: Model,
    latents: Latents,
    image: torch.Tensor,
    *,
    settings: OptimizeSettings | None = None,
    mask: torch.Tensor | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
    preview: Callable[[torch.Tensor], None] | None = None,
    likeness: Sequence[Likeness | None] = (),
) -> Latents:
    """The best latents met in `settings.steps` gradient steps from `latents` toward `image`.

    `image` [B, 3, H, W] in -1..1, the picture that was encoded; the decoded picture is compared
    with it at the smaller of the two sizes. `settings`, or its fields as keywords, say how.
    `perceptual`: LPIPS from `load_perceptual`, else `multiscale_loss`. `mask` [B or 1, 1, H, W] in
    0..1: 0 where any result will do. The start counts too, so the result is never worse. Pictures
    of a batch are refined one after the other. `likeness`: how unlike its face a picture is, one
    per picture or one for all, from `watch_faces`.

    Without `optimize_noise` the noise is that of `latents`, or zero, and the result says so:
    decoding it with "stored" noise gives the picture that was matched. `progress(done, total)`
    is called after every step, `preview` with the picture [1, 3, H, W] every 10 steps; whatever
    they raise stops the run and passes through.

    Raises StyleGANEXError for settings that cannot work, ShapeError for a picture that is not the
    one these latents decode to.
    """
    settings = settings or OptimizeSettings()
    distance = perceptual or multiscale_loss
    if likeness and len(likeness) not in (1, len(image)):
        raise StyleGANEXError(
            f"{len(likeness)} likenesses cannot guide {len(image)} pictures; give one each."
        )
    _check_picture(model, latents, image)
    batch = max(latents.batch, image.shape[0])
    refined = []
    # Tensors made in inference mode (ComfyUI runs nodes in it) carry no gradients: clone them.
    with torch.inference_mode(False), torch.enable_grad():
        dtype = torch.promote_types(model.dtype, torch.float32)
        image = image.detach().clone().to(model.device, dtype)
        weight = None if mask is None else fit_mask(mask.detach().clone(), image)
        for index in range(batch):

            def tick(done: int, first: int = index * settings.steps) -> None:
                if progress is not None:
                    progress(first + done, batch * settings.steps)

            start = latents[index if latents.batch > 1 else 0].to(model.device, dtype)
            target = _pick(image, index)
            one_weight = None if weight is None else _pick(weight, index)
            one = likeness[index % len(likeness)] if likeness and settings.likeness_weight else None
            goal = _Goal(target, one_weight, distance, one)
            refined.append(_refine(model, start, goal, settings, tick, preview))
    return join_latents(refined)


@dataclass(frozen=True)
class _Goal:
    """The picture to match [1, 3, H, W], where it counts [1, 1, H, W], by which distance, and the
    face that it must stay like.
    """

    target: torch.Tensor
    weight: torch.Tensor | None
    distance: Distance
    likeness: Likeness | None = None


def _refine(
    model: Model,
    start: Latents,
    goal: _Goal,
    settings: OptimizeSettings,
    tick: Callable[[int], None],
    preview: Callable[[torch.Tensor], None] | None,
) -> Latents:
    """One picture's latents refined; the arguments are as in `optimize_latents`, batch 1."""
    random = torch.Generator().manual_seed(settings.seed)
    spread = _style_spread(model, random)
    f = start.f.detach().clone().requires_grad_(settings.optimize_f)
    w_plus = start.w_plus.detach().clone().requires_grad_(settings.optimize_w_plus)
    anchor = start.w_plus.detach().clone()
    skips = None if start.skips is None else tuple(skip.detach().clone() for skip in start.skips)
    noise = _start_noise(model, start, settings.optimize_noise, random)
    variables = [t for t in (f, w_plus, *noise) if t.requires_grad]
    optimiser = Adam(variables)

    best, best_loss = start, math.inf
    for step in range(settings.steps + 1):
        time = step / settings.steps
        jitter = JITTER * spread * max(0.0, 1 - time / JITTER_SHARE) ** 2
        styles = w_plus
        if settings.optimize_w_plus and step > 0 and jitter > 0:
            styles = w_plus + jitter * torch.randn(w_plus.shape, generator=random).to(w_plus)
        tried = replace(start, f=f, w_plus=styles, skips=skips, noise=tuple(noise))
        picture = synthesize(model, tried, noise)
        loss = _distance(picture, goal, settings)
        loss = loss + settings.style_pull * (styles - anchor).square().mean()
        if goal.likeness is not None:
            loss = loss + settings.likeness_weight * goal.likeness(picture).sum()
        if not math.isfinite(loss.item()):
            if best_loss < math.inf:
                break  # keep the best so far; a smaller learning rate would go on
            raise StyleGANEXError("the start decodes to NaN; use float32 or encode again.")
        if loss.item() < best_loss:
            best, best_loss = _freeze(tried), loss.item()
        if preview is not None and (step % PREVIEW_EVERY == 0 or step == settings.steps):
            preview(picture.detach())
        if step == settings.steps:
            break
        if settings.optimize_noise:
            loss = loss + NOISE_WEIGHT * noise_correlation_loss(noise).sum()
        loss.backward()
        optimiser.step(settings.learning_rate * _rate(step, settings.steps))
        if settings.optimize_noise:
            _whiten(noise)
        tick(step + 1)
    return best


def _distance(picture: torch.Tensor, goal: _Goal, settings: OptimizeSettings) -> torch.Tensor:
    target, weight = goal.target, goal.weight
    smaller = (min(picture.shape[-2], target.shape[-2]), min(picture.shape[-1], target.shape[-1]))
    picture, target = (F.adaptive_avg_pool2d(image, smaller) for image in (picture, target))
    if weight is not None:  # outside the mask the target is whatever was drawn
        weight = F.adaptive_avg_pool2d(weight, smaller)
        picture = weight * picture + (1 - weight) * target
    return (
        settings.pixel_weight * pixel_loss(picture, target)
        + settings.perceptual_weight * goal.distance(picture, target)
    ).sum()


def _rate(step: int, steps: int) -> float:
    """The share of the peak rate at the middle of a step: linear rise, cosine fall."""
    time = (step + 0.5) / steps
    fall = (1 - math.cos(math.pi * min(1.0, (1 - time) / RAMP_DOWN))) / 2
    return fall * min(1.0, time / RAMP_UP)


def _style_spread(model: Model, random: torch.Generator) -> float:
    """The root of the summed variance of the styles of random faces."""
    z = torch.randn(STYLE_SAMPLES, model.style_dim, generator=random)
    with torch.no_grad():
        w = model.generator.mapping(z.to(model.device))
    return (w - w.mean(dim=0)).square().sum().div(STYLE_SAMPLES).sqrt().item()


def _start_noise(
    model: Model, start: Latents, optimise: bool, random: torch.Generator
) -> list[torch.Tensor]:
    """The noise maps of the start, else Gaussian ones to optimise, else one zero per layer."""
    height, width = start.f.shape[-2:]
    shapes = model.generator.noise_shapes((height, width))
    if start.noise is not None:
        # A map of one px stands for the whole layer and is spread out where it is to change.
        pairs = zip(start.noise, shapes, strict=True)
        maps = [m.expand(1, 1, *shape) if optimise else m for m, shape in pairs]
    elif optimise:
        maps = [torch.randn(1, 1, *shape, generator=random) for shape in shapes]
    else:
        maps = [torch.zeros(1, 1, 1, 1) for _ in shapes]
    return [m.detach().clone().to(start.f).requires_grad_(optimise) for m in maps]


def _pick(images: torch.Tensor, index: int) -> torch.Tensor:
    return images if images.shape[0] == 1 else images[index : index + 1]


def _whiten(noise: list[torch.Tensor]) -> None:
    """Every map back to zero mean and unit deviation, in place."""
    with torch.no_grad():
        for noise_map in noise:
            if noise_map.numel() > 1:
                noise_map -= noise_map.mean()
                noise_map /= noise_map.std(correction=0).clamp_min(1e-8)


def _freeze(latents: Latents) -> Latents:
    def still(tensors: tuple[torch.Tensor, ...] | None) -> tuple[torch.Tensor, ...] | None:
        return None if tensors is None else tuple(t.detach().clone() for t in tensors)

    return replace(
        latents,
        f=latents.f.detach().clone(),
        w_plus=latents.w_plus.detach().clone(),
        noise=still(latents.noise),
    )


def _check_picture(model: Model, latents: Latents, image: torch.Tensor) -> None:
    model.check_latents(latents)
    if image.ndim != 4 or image.shape[1] != 3 or not torch.isfinite(image).all():
        raise ShapeError(
            f"the picture to match is [B, 3, H, W] with finite values; got {list(image.shape)}."
        )
    if image.shape[0] != latents.batch and 1 not in (image.shape[0], latents.batch):
        raise ShapeError(
            f"{image.shape[0]} pictures cannot guide {latents.batch} latents; "
            "give one for all, or one each."
        )
    height, width = latents.f.shape[-2:]
    drawn = latents.size or (height * model.stride, width * model.stride)
    expected = tuple(max(1, round(side * model.ratio)) for side in image.shape[-2:])
    if tuple(drawn) != expected:
        raise ShapeError(
            f"these latents decode to {drawn[1]}x{drawn[0]} px, but the picture to match, "
            f"{image.shape[-1]}x{image.shape[-2]}, needs {expected[1]}x{expected[0]}; "
            "use the picture that was encoded."
        )
