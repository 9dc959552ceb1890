"""Step II: latents refined by gradient until the decoded picture matches.

Source: StyleGANEX, section 4.2 (Step II); rate, jitter and noise terms from docs/networks.md,
"Step II".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from ..datatypes import Latents, join_latents
from ..errors import StyleGANEXError
from ..losses import fit_mask, multiscale_loss
from ..networks import Model
from ..networks.synthesis import synthesize
from ..settings import takes_fields
from .adam import Adam
from .goal import (
    PREVIEW_EVERY,
    Distance,
    Goal,
    Likeness,
    OptimizeSettings,
    ReportSteps,
    ReportUsed,
    check_picture,
    measure_distance,
)
from .noise import noise_term, start_noise, whiten_maps
from .rising import refine_rising

RAMP_UP, RAMP_DOWN = 0.05, 0.25  # shares of the run
JITTER, JITTER_SHARE = 0.01, 0.75  # of the styles' spread; share of the run with jitter
STYLE_SAMPLES = 1000


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
    report: ReportUsed | None = None,
) -> Latents:
    """The best latents met in `settings.steps` gradient steps from `latents` toward `image`.

    `image` [B, 3, H, W] in -1..1, the picture that was encoded; the decoded picture is compared
    with it at the smaller of the two sizes. `settings`, or its fields as keywords, say how.
    `perceptual`: LPIPS from `load_perceptual`, else `multiscale_loss`. `mask` [B or 1, 1, H, W] in
    0..1: 0 where any result will do. The start counts too, so the result is never worse. Pictures
    of a batch are refined one after the other, with the schedule "rising" together. `likeness`: how
    unlike its face a picture is, one per picture or one for all, from `watch_faces`.

    Without `optimize_noise` the noise is that of `latents`, or zero, and the result says so:
    decoding it with "stored" noise gives the picture that was matched. `progress(done, total)`
    is called after every step, `preview` with the picture [1, 3, H, W] every 10 steps; whatever
    they raise stops the run and passes through. `report(steps)` says how many steps were used.

    Raises StyleGANEXError for settings that cannot work, ShapeError for a picture that is not the
    one these latents decode to.
    """
    settings = settings or OptimizeSettings()
    distance = perceptual or multiscale_loss
    if likeness and len(likeness) not in (1, len(image)):
        raise StyleGANEXError(
            f"{len(likeness)} likenesses do not match {len(image)} pictures; give one each."
        )
    if likeness and settings.likeness_weight and settings.schedule == "rising":
        raise StyleGANEXError(
            'faces are compared at full size only; refine with the schedule "full", or set '
            "likeness_weight to 0."
        )
    check_picture(model, latents, image)
    batch = max(latents.batch, image.shape[0])
    refined = []
    # Tensors made in inference mode (ComfyUI runs nodes in it) carry no gradients: clone them.
    with torch.inference_mode(False), torch.enable_grad():
        dtype = torch.promote_types(model.dtype, torch.float32)
        image = image.detach().clone().to(model.device, dtype)
        weight = None if mask is None else fit_mask(mask.detach().clone(), image)
        if settings.schedule == "rising":
            start, goal = latents.to(model.device, dtype), Goal(image, weight, distance)
            return refine_rising(model, start, goal, settings, progress, preview, report)
        for index in range(batch):

            def tick(done: int, first: int = index * settings.steps) -> None:
                if progress is not None:
                    progress(first + done, batch * settings.steps)

            start = latents[index if latents.batch > 1 else 0].to(model.device, dtype)
            target = _pick(image, index)
            one_weight = None if weight is None else _pick(weight, index)
            one = likeness[index % len(likeness)] if likeness and settings.likeness_weight else None
            goal = Goal(target, one_weight, distance, one)
            refined.append(_refine(model, start, goal, settings, tick, preview))
            if report is not None:
                report(settings.steps)
    return join_latents(refined)


def _refine(
    model: Model,
    start: Latents,
    goal: Goal,
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
    noise = start_noise(model, start, settings.optimize_noise, random)
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
        loss = measure_distance(picture, goal, settings).sum()
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
            loss = loss + noise_term(noise)
        loss.backward()
        optimiser.step(settings.learning_rate * _rate(step, settings.steps))
        if settings.optimize_noise:
            whiten_maps(noise)
        tick(step + 1)
    return best


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


def _pick(images: torch.Tensor, index: int) -> torch.Tensor:
    return images if images.shape[0] == 1 else images[index : index + 1]


def _freeze(latents: Latents) -> Latents:
    def still(tensors: tuple[torch.Tensor, ...] | None) -> tuple[torch.Tensor, ...] | None:
        return None if tensors is None else tuple(t.detach().clone() for t in tensors)

    return replace(
        latents,
        f=latents.f.detach().clone(),
        w_plus=latents.w_plus.detach().clone(),
        noise=still(latents.noise),
    )
