"""What the help pages show of the tasks and of clips: low resolution, sketches, label maps, motion.

A demo model that is not bundled (yet) is left out of its picture.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
import torch.nn.functional as F
from help_latents import Pictures, astronaut, photo

import styleganex_core as core
from styleganex_lab.portraits import Portraits, render_portraits, sample_attributes

PERSON = 3  # a seed
FACTOR = 4
FRAMES = 6
RATE, STEP = 24, 4  # frames per second of the example clip; every so many are shown


@functools.cache
def scene() -> Portraits:
    """A rendered person with the truth of where everything is."""
    return render_portraits(sample_attributes(8, PERSON)[:1])


def load_task(task: str) -> core.Model | None:
    """The first demo model for a task, whatever follows in its name."""
    names = [name for name in core.demo_names() if name.startswith(task)]
    return core.load_demo(names[0]) if names else None


def super_resolve() -> Pictures:
    picture = scene().image
    few = F.interpolate(picture, scale_factor=1 / FACTOR, mode="bilinear", antialias=True)
    shown = {f"{few.shape[3]} px wide": F.interpolate(few, scale_factor=FACTOR, mode="nearest")}
    if model := load_task(f"super_resolution_{FACTOR}x"):
        result = core.super_resolve(model, few, FACTOR)
        shown[f"factor {FACTOR}"] = core.decode_latents(model, result.latents)
    return shown | {"the truth": picture}


def photo_to_sketch() -> Pictures:
    crop = astronaut().crops
    drawn = {f"mean_grey {grey}": sketch(crop, mean_grey=grey) for grey in (225, 239, 248)}
    return {"image": crop} | drawn


def sketch(picture: torch.Tensor, **options: float) -> torch.Tensor:
    return core.sketch_photo(picture, **options).expand(-1, 3, -1, -1) * 2 - 1


def sketch_to_face() -> Pictures:
    lines = sketch(scene().image)
    shown = {"sketch": lines}
    if model := load_task("sketch"):
        strokes = (lines[:, :1] + 1) / 2
        shown |= draw_samples(model, core.sketch_to_face, strokes)
    return shown if len(shown) > 1 else {"drawn from": scene().image} | shown


def mask_to_face() -> Pictures:
    shown = {"labels": core.colour_labels(scene().labels)}
    if model := load_task("mask"):
        shown |= draw_samples(model, core.mask_to_face, scene().labels)
    return shown if len(shown) > 1 else shown | {"a face of this layout": scene().image}


def draw_samples(model: core.Model, draw_face: Callable, given: torch.Tensor) -> Pictures:
    """Three faces of one input, with the batch norm with which the demo models were trained."""
    looks = core.Appearance(samples=3, truncation=1.0)
    latents = draw_face(model, given, appearance=looks, batch_norm="stored").latents
    pictures = core.decode_latents(model, latents, noise="stored").split(1)
    return {f"seed {seed}": picture for seed, picture in enumerate(pictures)}


def parse_face() -> Pictures:
    photo = core.example_image("astronaut_face")
    labels = core.parse_face(core.load_face_parser(), photo)
    mask = core.choose_classes(labels, "hair").reshape(1, 1, *labels.shape[-2:])
    return {
        "image": photo,
        "preview": core.colour_labels(labels),
        "classes: hair": mask.float().expand(-1, 3, -1, -1) * 2 - 1,
    }


def labels_from_masks() -> Pictures:
    labels = scene().labels
    parts = {
        name: (labels == core.FACE_CLASSES.index(name)).float()
        for name in ("skin", "hair", "cloth")
    }
    together = core.paint_masks(parts)
    shown = {name: mask[:, None].expand(-1, 3, -1, -1) * 2 - 1 for name, mask in parts.items()}
    return shown | {"preview": core.colour_labels(together)}


@functools.cache
def clip() -> core.TensorClip:
    """The astronaut, some frames apart, as she moves."""
    film = core.ExampleClip("astronaut").read(core.Selection(count=FRAMES * STEP, every=STEP))
    return core.TensorClip(torch.stack([frame.image for frame in film]), RATE / STEP)


@functools.cache
def track() -> core.Track:
    return core.track_faces(clip())


def track_faces() -> Pictures:
    frames = {f"frame {index}": picture for index, picture in show_frames(read_clip())}
    return frames | {"people": core.draw_people(track())}


def edit_clip() -> Pictures:
    vector = core.load_demo_edit("glasses")
    strength = core.parse_keyframes(f"0:0, {FRAMES - 1}:2.5")
    edited = core.edit_frames(
        photo(),
        read_clip(),
        track(),
        [core.ClipEdit(vector, strength)],
        settings=core.ClipSettings(reach=128, paste="change"),
    )
    return {
        f"frame {index}, strength {index * 2.5 / (FRAMES - 1):.1f}": picture
        for index, picture in show_frames(list(edited))
    }


def example_video() -> Pictures:
    """The first and a later frame of the first clip, one frame of each other."""
    first, *others = core.example_clip_names()
    wanted = [(first, 0), (first, 12), *((name, 12) for name in others)]
    return {f"{name}, frame {index}": read_example(name, index) for name, index in wanted}


def read_example(name: str, index: int) -> torch.Tensor:
    clip_frames = core.ExampleClip(name, seconds=1.0).read(core.Selection(index, 1))
    return next(iter(clip_frames)).to_picture()


def read_clip() -> list[core.Frame]:
    return list(clip().read(core.Selection()))


def show_frames(frames: list[core.Frame]) -> list[tuple[int, torch.Tensor]]:
    """The first, the middle and the last one."""
    return [(index, frames[index].to_picture()) for index in (0, FRAMES // 2, FRAMES - 1)]


DRAWN: dict[str, Callable[[], Pictures]] = {
    "super-resolve": super_resolve,
    "photo-to-sketch": photo_to_sketch,
    "sketch-to-face": sketch_to_face,
    "mask-to-face": mask_to_face,
    "parse-face": parse_face,
    "labels-from-masks": labels_from_masks,
    "track-faces": track_faces,
    "edit-clip": edit_clip,
    "example-video": example_video,
}
