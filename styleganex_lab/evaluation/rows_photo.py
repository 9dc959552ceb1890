"""Rows of the generator, the encoder, Step II and other domains."""

from __future__ import annotations

import torch

from styleganex_core.networks.swap import swap_domain

from ..portraits import ATTRIBUTES, aligned_placement, render_portraits
from ..training.start.styles import DEVIATION
from .bench import SIDE, Bench, Scenes, decode, encode, generate, move_attribute
from .folder import refine_latents
from .metrics import peak_signal_to_noise
from .render_readers import read_attributes, read_scene, visible_part
from .rows import Case, Pictures, Row, Values, Verdict, scene_numbers, spread

READABLE = ("eyes_open", "mouth_open", "glasses")  # of the generator's pictures
LEAST_CORRELATION = 0.8  # between what is read and what was asked for, to call it readable
STEP_TWO_STEPS = 200
STRENGTH = 1.5  # of edits, in standard deviations
STEP_TWO_EDITS = ("mouth_open", "age", "hair_light", "skin_dark", "turn_right", "smile")


class GeneratorRow(Row):
    name = "generator"
    what = "generator against the render of the same attributes"
    target = "PSNR 26 dB; eyes, mouth and glasses readable"

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        photo = bench.model("photo")
        home = aligned_placement(len(scenes), SIDE, SIDE)
        truth = render_portraits(scenes.attributes, size=SIDE).image
        made = generate(photo, scenes.z, home)
        moved = generate(photo, scenes.z, scenes.placement)
        read = read_attributes(bench.readers, made, home)
        score = peak_signal_to_noise(made, truth)
        values = {
            "scene": scene_numbers(scenes),
            "score": score,
            "moved": peak_signal_to_noise(moved, scenes.image),
        }
        wanted = visible_part(scenes.attributes)
        for column, name in enumerate(ATTRIBUTES):
            values[f"read {name}"] = read[:, column]
            values[f"true {name}"] = wanted[:, column]
        return values

    def judge(self, values: Values) -> Verdict:
        likeness = {
            name: torch.corrcoef(torch.stack([values[f"read {name}"], values[f"true {name}"]]))[
                0, 1
            ].item()
            for name in ATTRIBUTES
        }
        aligned, moved = spread(values["score"]), spread(values["moved"])
        seen = ", ".join(f"{name} {likeness[name]:.2f}" for name in READABLE)
        return Verdict(
            f"{aligned['mean']:.1f} dB aligned, {moved['mean']:.1f} dB with the face anywhere; "
            f"correlation of what is read with what was asked: {seen}",
            aligned["mean"] >= 26 and min(likeness[n] for n in READABLE) >= LEAST_CORRELATION,
            {
                "psnr": aligned,
                "psnr_moved": moved,
                "correlation": {name: round(value, 3) for name, value in likeness.items()},
            },
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        home = aligned_placement(1, SIDE, SIDE)
        photo = bench.model("photo")
        return {
            "render": render_portraits(scenes.attributes, size=SIDE).image,
            "generator": generate(photo, scenes.z, home),
            "render, moved": scenes.image,
            "generator, moved": generate(photo, scenes.z, scenes.placement),
        }


class StepOneRow(Row):
    name = "step-1"
    what = "Step I reconstruction of uncropped scenes"
    target = "PSNR 22.5 dB; landmarks within 3 % of the face width"

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        made = decode(bench.model("photo"), encode(bench.model("photo"), scenes))
        points = read_scene(bench.readers, made)[0]
        return {
            "scene": scene_numbers(scenes),
            "score": peak_signal_to_noise(made, scenes.image),
            "landmarks": landmark_error(points, scenes.landmarks, scenes.face_width),
        }

    def judge(self, values: Values) -> Verdict:
        signal, landmarks = spread(values["score"]), spread(values["landmarks"])
        return Verdict(
            f"{signal['mean']:.1f} dB; landmarks off by {landmarks['mean']:.1f} % "
            f"(95 % of scenes: {landmarks['95 %']:.1f} %)",
            signal["mean"] >= 22.5 and landmarks["mean"] <= 3,
            {"psnr": signal, "landmarks_percent": landmarks},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        photo = bench.model("photo")
        return {"scene": scenes.image, "Step I": decode(photo, encode(photo, scenes))}


class StepTwoRow(Row):
    name = "step-2"
    what = f"Step II, {STEP_TWO_STEPS} steps"
    target = "PSNR 32 dB, and edits still move the right attribute"
    share = 0.06  # a quarter of a minute each

    def __init__(self) -> None:
        self._refined: dict[int, torch.Tensor] = {}

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        photo = bench.model("photo")
        first = encode(photo, scenes)
        before = [[], []]
        rights: list[float] = []
        for index in range(len(scenes)):
            one = first[index]
            image = scenes.image[index : index + 1]
            before[0].append(peak_signal_to_noise(decode(photo, one), image))
            refined = refine_latents(photo, one, image, STEP_TWO_STEPS)
            made = decode(photo, refined)
            self._refined[scenes.numbers[index]] = made
            before[1].append(peak_signal_to_noise(made, image))
            rights.append(self._edit(bench, scenes, index, refined, made))
        return {
            "scene": scene_numbers(scenes),
            "score": torch.cat(before[1]),
            "before": torch.cat(before[0]),
            "right": torch.tensor(rights),
        }

    def _edit(self, bench, scenes: Scenes, index: int, refined, made: torch.Tensor) -> float:
        """The share of edits with room that move the attribute the right way."""
        from styleganex_core.latents import apply_edit_vector

        photo = bench.model("photo")
        place, own = scenes.placement[index : index + 1], scenes.attributes[index : index + 1]
        base = read_attributes(bench.readers, made, place)
        right = []
        for name in STEP_TWO_EDITS:
            asked, column, _ = move_attribute(own, name, STRENGTH)
            step = (visible_part(asked) - visible_part(own))[0, column]
            if step.abs() < STRENGTH * DEVIATION / 2 or name not in photo.edit_vectors:
                continue
            edited = apply_edit_vector(refined, photo.edit_vectors[name], STRENGTH)
            read = read_attributes(bench.readers, decode(photo, edited), place)
            right.append(float((read - base)[0, column] * step > 0))
        return sum(right) / len(right) if right else float("nan")

    def judge(self, values: Values) -> Verdict:
        signal, right = spread(values["score"]), values["right"].nanmean().item()
        return Verdict(
            f"{signal['mean']:.1f} dB (Step I of the same: {values['before'].mean():.1f} dB); "
            f"{100 * right:.0f} % of edits of +{STRENGTH} then move their attribute the right way",
            signal["mean"] >= 32 and right >= 0.95,
            {"psnr": signal, "right_direction": round(right, 4)},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        photo = bench.model("photo")
        number = int(case["scene"])
        if number not in self._refined:
            self.measure(bench, scenes)
        return {
            "scene": scenes.image,
            "Step I": decode(photo, encode(photo, scenes)),
            "Step II": self._refined[number],
        }


class DomainRow(Row):
    """The layout must stay when the generator's weights are another domain's."""

    target = "landmarks stay within 3 % of the face width"
    share = 0.5

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self.name = f"domain-{domain}"
        self.what = f"domain swap to {domain}"
        self.models = ("photo", domain)

    def _pair(self, bench: Bench, scenes: Scenes) -> tuple[torch.Tensor, torch.Tensor]:
        photo = bench.model("photo")
        latents = encode(photo, scenes)
        swapped = swap_domain(photo, bench.model(self.domain))
        return decode(photo, latents), decode(swapped, latents)

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        before, after = (read_scene(bench.readers, x)[0] for x in self._pair(bench, scenes))
        moved = landmark_error(after, before, scenes.face_width)
        return {
            "scene": scene_numbers(scenes),
            "score": -moved,
            "moved": moved,
            "truth": landmark_error(after, scenes.landmarks, scenes.face_width),
        }

    def judge(self, values: Values) -> Verdict:
        moved, truth = spread(values["moved"]), spread(values["truth"])
        return Verdict(
            f"moved by {moved['mean']:.1f} % (95 % of scenes: {moved['95 %']:.1f} %); "
            f"{truth['mean']:.1f} % from the truth",
            moved["mean"] <= 3,
            {"moved_percent": moved, "from_truth_percent": truth},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        before, after = self._pair(bench, scenes)
        drawn = render_portraits(
            scenes.attributes, size=SIDE, placement=scenes.placement, style=self.domain
        )
        return {"scene": scenes.image, "Step I": before, self.domain: after, "render": drawn.image}


def landmark_error(
    points: torch.Tensor, truth: torch.Tensor, face_width: torch.Tensor
) -> torch.Tensor:
    """The mean distance of landmarks [N, 5, 2] in % of the face width [N, 1]; those whose truth
    lies outside the picture do not count.
    """
    inside = ((truth >= 0) & (truth <= SIDE - 1)).all(dim=2)
    away = (points - truth).norm(dim=2) / face_width * 100
    return (away * inside).sum(dim=1) / inside.sum(dim=1).clamp_min(1)
