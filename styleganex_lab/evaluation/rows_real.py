"""The row of a real photo: the astronaut portrait optimised, edited and drawn as a toon."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_core.crop import Face, cut_crop, cut_style, find_faces, plan_crop, select_faces
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.datatypes import Latents
from styleganex_core.demo import example_image
from styleganex_core.encode import encode_face
from styleganex_core.latents import apply_edit_vector
from styleganex_core.networks import Model
from styleganex_core.networks.swap import swap_domain
from styleganex_core.pipeline import FlowSettings, refine_photo
from styleganex_core.readers import FaceLikeness, describe_likeness, load_face_readers
from styleganex_core.warp import apply, invert

from .bench import Bench, Scenes, decode
from .folder import SEED, refine_latents
from .identity import find_offset
from .metrics import peak_signal_to_noise
from .rows import Case, Pictures, Row, Values, Verdict

STEPS, RATE = 1500, 0.5  # learning rate, of the steps that change `f` too
# For the toon: what only `f` can explain of a photo, another domain cannot draw.
FEW_STEPS, TOON_STRENGTH = 200, 0.7
REACH = 128  # px from the eyes to the crop's sides: 256 px in all
EDITS = (("smile", 2.0), ("age", 2.0))
SOME, MOST = (f"Step II, {steps} steps" for steps in (FEW_STEPS, STEPS))
VISIBLE = 0.01  # mean change of values in 0..1 around the face from which on an edit shows
LIKENESSES = ("likeness", "likeness some", "likeness before")  # of the steps, from many to none
FACE_WIDTHS = 2 / 0.84  # of the distance between the eyes


class AstronautRow(Row):
    name = "astronaut"
    what = f"a real photo: the astronaut portrait at 256 px, Step II of {STEPS} steps"
    target = "PSNR 27 dB; smile, age and toon visible, the face in its place"
    models = ("photo", "toon")
    share = 0.0  # one picture

    def __init__(self) -> None:
        self._pictures: Pictures | None = None

    def _draw(self, bench: Bench) -> tuple[Pictures, Face]:
        photo = bench.model("photo")
        whole = example_image("astronaut")
        face = select_faces(find_faces(whole), "largest")[0]
        place = plan_crop(face, (whole.shape[-2], whole.shape[-1]), reach=REACH)
        image = cut_crop(whole, place)
        inside = face_from_points([apply(invert(place.matrix), x, y) for x, y in face.points])
        if self._pictures is None:
            first = encode_face(photo, image, cut_style(whole, face))
            some = refine_latents(photo, first, image, FEW_STEPS)
            many = replace(FlowSettings.with_steps(STEPS, seed=SEED), learning_rate=RATE)
            latents = refine_photo(photo, first, image, many)
            toon = swap_domain(photo, bench.model("toon"), strength=TOON_STRENGTH)
            self._pictures = {
                "photo": image,
                "Step I": decode(photo, first),
                SOME: decode(photo, some),
                MOST: decode(photo, latents),
                **_edited(photo, latents),
                "toon": decode(toon, some),
            }
        return self._pictures, inside

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        pictures, face = self._draw(bench)
        image = pictures["photo"]
        values = {
            "scene": torch.zeros(1),
            "score": peak_signal_to_noise(pictures[MOST], image),
            "some": peak_signal_to_noise(pictures[SOME], image),
            "before": peak_signal_to_noise(pictures["Step I"], image),
        }
        watched = FaceLikeness(image, face, load_face_readers())
        for key, name in zip(LIKENESSES, (MOST, SOME, "Step I"), strict=True):
            values[key] = torch.tensor([watched.judge(pictures[name])])
        left, top, right, bottom = (max(0, round(side)) for side in face.box)
        for name in list(pictures)[4:]:
            base = pictures[SOME if name == "toon" else MOST]
            change = (pictures[name] - base)[..., top:bottom, left:right].abs().mean() / 2
            offset = find_offset(pictures[name], face)
            # Eyes and nose: a smile is meant to move the corners of the mouth.
            moved = float("nan") if offset is None else offset[:3].norm(dim=1).mean() / FACE_WIDTHS
            values[f"change {name}"] = torch.tensor([float(change)])
            values[f"moved {name}"] = torch.tensor([float(moved)])
        return values

    def judge(self, values: Values) -> Verdict:
        names = [key.removeprefix("change ") for key in values if key.startswith("change ")]
        change = {name: values[f"change {name}"].item() for name in names}
        moved = {name: values[f"moved {name}"].item() for name in names}
        told = "; ".join(f"{name}: {_tell(change[name], moved[name])}" for name in names)
        psnr, some, before = (values[key].item() for key in ("score", "some", "before"))
        likeness = [values[key].item() for key in LIKENESSES if key in values]
        # NaN, where no face is found, is not in its place.
        fine = all(change[name] >= VISIBLE and moved[name] <= 3 for name in names)
        return Verdict(
            f"{psnr:.1f} dB ({FEW_STEPS} steps: {some:.1f} dB, Step I: {before:.1f} dB). {told} "
            f"(of {FEW_STEPS} steps, {TOON_STRENGTH:g} of the domain)" + _tell_likeness(likeness),
            psnr >= 27 and fine,
            {
                "psnr": round(psnr, 2),
                "psnr_some": round(some, 2),
                "change": change,
                "moved_percent": moved,
                "likeness": [round(distance, 3) for distance in likeness],
            },
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        return self._draw(bench)[0]


def _tell_likeness(distances: list[float]) -> str:
    """Whether it is still her, of the steps from many to none; nothing of older measurements."""
    if not distances:
        return ""
    many, some, before = distances
    return (
        f". Likeness {many:.2f}: {describe_likeness(many)} ({FEW_STEPS} steps: {some:.2f}, Step I: "
        f"{before:.2f})"
    )


def _edited(photo: Model, latents: Latents) -> Pictures:
    return {
        f"{name} {strength:+g}": decode(
            photo, apply_edit_vector(latents, photo.edit_vectors[name], strength)
        )
        for name, strength in EDITS
    }


def _tell(change: float, moved: float) -> str:
    where = "no face found in it" if moved != moved else f"face off by {moved:.1f} % of its width"
    return f"changes the face by {100 * change:.1f} %, {where}"
