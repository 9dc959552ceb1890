"""Rows of the task models: super-resolution, sketch and mask, video edit and toonify."""

from __future__ import annotations

import torch

from styleganex_core.encode import encode_face
from styleganex_core.networks import Model
from styleganex_core.tasks import (
    Appearance,
    colour_labels,
    mask_to_face,
    show_sketch,
    sketch_to_face,
    super_resolve,
)
from styleganex_core.video import edit_crops

from ..portraits import ATTRIBUTES, aligned_placement, draw_sketch, render_portraits
from .bench import SIDE, Bench, Scenes, decode, move_attribute
from .metrics import peak_signal_to_noise, temporal_change
from .render_readers import CLASSES, read_scene
from .rows import Case, Pictures, Row, Values, Verdict, scene_numbers, spread

FRAMES = 12  # of a clip
CLIP_SHARE = 0.04  # clips per scene
EDIT_STRENGTH = 1.0
MOST_BEYOND = 0.2  # of the truth's change
STILLEST = -0.5  # a picture that hardly follows the clip does not count as steady
EDITED = ("age", "hair_light")  # what the paper's video models edit; the first known one is used
MOVING = ("yaw", "pitch", "smile", "mouth_open", "eyes_open", "gaze_x")


class SuperResolutionRow(Row):
    share = 0.5

    def __init__(self, factor: int, gain: float, model: str) -> None:
        self.factor, self.gain = factor, gain
        self.name = f"super-resolution-{factor}x"
        self.what = f"super-resolution {factor}x against bicubic"
        self.target = f"+{gain:g} dB"
        self.models = (model,)

    def _draw(self, bench: Bench, scenes: Scenes) -> tuple[torch.Tensor, torch.Tensor]:
        """The bicubic enlargement and the model's picture."""
        return enlarge_again(bench.model(self.models[0]), scenes.image, self.factor)

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        small, made = (peak_signal_to_noise(x, scenes.image) for x in self._draw(bench, scenes))
        return {
            "scene": scene_numbers(scenes),
            "score": made - small,
            "bicubic": small,
            "made": made,
        }

    def judge(self, values: Values) -> Verdict:
        gain = spread(values["score"])
        return Verdict(
            f"{gain['mean']:+.2f} dB: {values['made'].mean():.1f} dB against "
            f"{values['bicubic'].mean():.1f} dB",
            gain["mean"] >= self.gain,
            {"gain": gain, "made": spread(values["made"]), "bicubic": spread(values["bicubic"])},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        small, made = self._draw(bench, scenes)
        return {"scene": scenes.image, "bicubic": small, f"{self.factor}x": made}


class StructureRow(Row):
    """A face drawn from a sketch or a label map: its labels, read back, against the input's."""

    target = "mean IoU of the result's label map 0.6"
    share = 0.5

    def __init__(self, kind: str) -> None:
        self.kind = self.name = kind
        self.what = f"{kind} to face"
        self.models = (kind,)

    def _draw(self, bench: Bench, scenes: Scenes) -> tuple[torch.Tensor, torch.Tensor]:
        """The inputs as pictures, and the faces, each with the looks of a random person."""
        model = bench.model(self.kind)
        if self.kind == "sketch":
            inputs = draw_sketch(scenes.image, scenes.labels)
            shown = show_sketch(inputs)
        else:
            inputs = scenes.labels
            shown = colour_labels(inputs)
        made = [
            draw_structure(model, one, number)
            for one, number in zip(inputs.split(1), scenes.numbers, strict=True)
        ]
        return shown, torch.cat(made)

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        truth = scenes.labels
        labels = read_scene(bench.readers, self._draw(bench, scenes)[1])[1]
        counts = confusion(labels, truth)
        own = read_scene(bench.readers, scenes.image)[1]
        values = {"scene": scene_numbers(scenes), "score": iou(counts)}
        for name, table in (("made", counts), ("render", confusion(own, truth))):
            values[name] = table.flatten(1)
        return values

    def judge(self, values: Values) -> Verdict:
        made, render = (
            iou(values[name].sum(dim=0).view(1, CLASSES, CLASSES)).item()
            for name in ("made", "render")
        )
        return Verdict(
            f"{made:.2f} (the reader on the renders themselves: {render:.2f})",
            made >= 0.6,
            {"mean_iou": round(made, 4), "mean_iou_of_renders": round(render, 4),
             "per_scene": spread(values["score"])},
        )  # fmt: skip

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        drawing, made = self._draw(bench, scenes)
        labels = read_scene(bench.readers, made)[1]
        return {
            "scene": scenes.image,
            self.kind: drawing,
            "face": made,
            "labels read": colour_labels(labels),
        }


class ClipRow(Row):
    """A clip edited or drawn as a toon, against the render of the edited or toon clip."""

    target = "temporal change beyond that of the truth at most 20 %"
    share = CLIP_SHARE

    def __init__(self, toon: bool) -> None:
        self.toon = toon
        self.name = "toonify" if toon else "video-edit"
        self.what = "toonify a clip" if toon else "edit of a clip"
        self.models = ("toonify",) if toon else ("edit",)

    def _clip(self, bench: Bench, scenes: Scenes) -> dict[str, torch.Tensor]:
        """The input, its truth and the result, [T, 3, 256, 256] each, of one scene."""
        people, place = animate(scenes.attributes, scenes.numbers[0])
        model = bench.model(self.models[0])
        image = render_portraits(people, size=SIDE, placement=place).image
        name = None if self.toon else next((n for n in EDITED if n in model.edit_vectors), None)
        wanted = move_attribute(people, name, EDIT_STRENGTH)[0] if name else people
        style = "toon" if self.toon else "photo"
        truth = render_portraits(wanted, size=SIDE, placement=place, style=style).image
        home = render_portraits(
            people[:1], size=SIDE, placement=aligned_placement(1, SIDE, SIDE)
        ).image
        w_plus = encode_face(model, home).w_plus
        parts = []
        for part in image.split(4):
            strengths = [EDIT_STRENGTH] * len(part)
            edits = [(model.edit_vectors[name], strengths, "all")] if name else []
            parts.append(edit_crops(model, part, w_plus, edits))
        return {"input": image, "truth": truth, "result": torch.cat(parts).clamp(-1, 1)}

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        beyond, unsteady = [], []
        for index in range(len(scenes)):
            clip = self._clip(bench, scenes.only(index))
            truth = temporal_change(clip["truth"])
            beyond.append(temporal_change(clip["result"]) / truth - 1)
            steps, true_steps = clip["result"].diff(dim=0), clip["truth"].diff(dim=0)
            unsteady.append(((steps - true_steps).abs().mean() / true_steps.abs().mean()).item())
        change = torch.tensor(beyond)
        return {
            "scene": scene_numbers(scenes),
            "score": -change,
            "beyond": change,
            "unlike": torch.tensor(unsteady),
        }

    def judge(self, values: Values) -> Verdict:
        beyond, unlike = spread(values["beyond"]), spread(values["unlike"])
        return Verdict(
            f"{100 * beyond['mean']:+.0f} % (95 % of clips: {100 * beyond['95 %']:+.0f} %); the "
            f"changes themselves differ from the truth's by {100 * unlike['mean']:.0f} %",
            STILLEST <= beyond["mean"] <= MOST_BEYOND,
            {"beyond": beyond, "unlike": unlike},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        clip = self._clip(bench, scenes)
        middle = FRAMES // 2
        return {
            f"{name}, frame {frame + 1}": clip[name][frame : frame + 1]
            for frame in (0, middle)
            for name in ("input", "truth", "result")
        }


def enlarge_again(
    model: Model, image: torch.Tensor, factor: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures [B, 3, H, W] reduced by the factor: enlarged by bicubic, and by the model."""
    result = super_resolve(
        model, image, factor, source="reduce first", style="whole picture", random_noise=False
    )
    return result.seen, decode(model, result.latents)


def draw_structure(model: Model, structure: torch.Tensor, seed: int) -> torch.Tensor:
    """The face of one sketch [1, 1, H, W] or label map [1, H, W], with a random person's looks."""
    looks = Appearance(seed=seed, truncation=1.0)
    face = sketch_to_face if structure.is_floating_point() else mask_to_face
    result = face(model, structure, appearance=looks, batch_norm="stored", random_noise=False)
    return decode(model, result.latents)


def animate(attributes: torch.Tensor, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Attributes [T, A] and placements [T, 4] of one person who moves smoothly."""
    random = torch.Generator().manual_seed(seed)
    time = torch.linspace(0, 1, FRAMES)
    people = attributes[:1].expand(FRAMES, -1).clone()
    for name in MOVING:
        column = ATTRIBUTES.index(name)
        size, phase, rate = torch.rand(3, generator=random).tolist()
        wave = torch.sin(2 * torch.pi * ((0.5 + rate) * time + phase))
        people[:, column] = (0.5 * people[:, column] + 0.6 * size * wave).clamp(-1, 1)
    place = aligned_placement(FRAMES, SIDE, SIDE).clone()
    off = torch.rand(4, generator=random) * 2 - 1
    place[:, 0] += 24 * off[0] * torch.sin(torch.pi * time)
    place[:, 1] += 12 * off[1] * torch.sin(torch.pi * time)
    place[:, 2] *= 0.8 + 0.08 * off[2] * time
    place[:, 3] += 10 * off[3] * time
    return people, place


def confusion(labels: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """How often each class [true, read] comes, [B, 19, 19]."""
    pairs = (truth.long() * CLASSES + labels.long()).flatten(1)
    counts = torch.stack([row.bincount(minlength=CLASSES * CLASSES) for row in pairs])
    return counts.view(-1, CLASSES, CLASSES)


def iou(counts: torch.Tensor) -> torch.Tensor:
    """The mean over the classes in the truth of intersection over union, [B]."""
    hits = counts.diagonal(dim1=1, dim2=2).double()
    truth = counts.sum(dim=2)
    union = (truth + counts.sum(dim=1) - hits).clamp_min(1)
    return ((hits / union) * (truth > 0)).sum(dim=1).div((truth > 0).sum(dim=1)).float()
