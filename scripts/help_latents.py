"""What the help pages show of the nodes that make, change and draw latents."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

import styleganex_core as core

STEPS = 40  # of each part of an optimisation
SEEDS = (11, 4)

Pictures = dict[str, torch.Tensor]  # by caption


@functools.cache
def photo() -> core.Model:
    return core.load_demo("photo")


@functools.cache
def toon() -> core.Model:
    return core.load_demo("toon")


@functools.cache
def encoded(name: str) -> core.Latents:
    """What the encoder makes of an example picture."""
    return core.encode_face(photo(), core.example_image(name))


def anna() -> core.Latents:
    return encoded("rendered_anna")


def ben() -> core.Latents:
    return encoded("rendered_ben")


@functools.cache
def astronaut() -> core.CroppedFaces:
    """A real face, cut for the small demo model."""
    return core.crop_faces(core.example_image("astronaut"), reach=128)


def refine(steps: int) -> core.Latents:
    """The astronaut's latents after so many steps on the styles and as many on everything."""
    start, goal = encode_crop(), astronaut().crops
    styles = core.optimize_latents(photo(), start, goal, steps=steps, optimize_f=False, seed=0)
    return core.optimize_latents(photo(), styles, goal, steps=steps, seed=0)


@functools.cache
def encode_crop() -> core.Latents:
    return core.encode_face(photo(), astronaut().crops, astronaut().styles)


@functools.cache
def refined() -> core.Latents:
    return refine(STEPS)


def draw(latents: core.Latents, model: core.Model | None = None, **noise) -> torch.Tensor:
    return core.decode_latents(model or photo(), latents, **noise)


def edit(latents: core.Latents, name: str, strength: float) -> core.Latents:
    return core.apply_edit_vector(latents, core.load_demo_edit(name), strength=strength)


def load_model() -> Pictures:
    return {
        "demo: photo, encoded": draw(encode_crop()),
        "the same, sampled": draw(core.sample_latents(photo(), SEEDS[0])),
        "swapped for demo: toon": draw(encode_crop(), core.swap_domain(photo(), toon())),
        "the same, sampled ": draw(core.sample_latents(photo(), SEEDS[0]), toon()),
    }


def example_image() -> Pictures:
    names = ("astronaut", "astronaut_face", "rendered_anna", "rendered_ben")
    return {name: core.example_image(name) for name in names}


def crop_face() -> Pictures:
    found = astronaut()
    return {
        "image": core.example_image("astronaut"),
        "crop": found.crops,
        "style_crop": found.styles,
        "mask": found.masks.expand(-1, 3, -1, -1) * 2 - 1,
    }


def paste_face() -> Pictures:
    both = torch.cat([core.example_image(name) for name in ("rendered_anna", "rendered_ben")], 3)
    found = core.crop_faces(both, reach=112)
    latents = core.encode_face(photo(), found.crops, found.styles)
    edited = draw(edit(latents, "glasses", 2.5), noise="zero")
    pasted = core.paste_faces(both, edited, found.places, mask=found.masks)
    return {"original": both, "edited": edited, "image": pasted}


def encode() -> Pictures:
    pairs = {}
    for name, latents in (("rendered_anna", anna()), ("rendered_ben", ben())):
        pairs[name] = core.example_image(name)
        pairs[f"{name}, decoded"] = draw(latents)
    return pairs


def optimize() -> Pictures:
    return {
        "image": astronaut().crops,
        "encoded": draw(encode_crop()),
        f"{STEPS} + {STEPS} steps": draw(refined(), noise="stored"),
    }


def sample() -> Pictures:
    people = {f"seed {seed}": draw(core.sample_latents(photo(), seed)) for seed in SEEDS}
    wide = core.sample_latents(photo(), SEEDS[0], width=512, height=256)
    return people | {"width 512": draw(wide)}


def load_edit_vector() -> Pictures:
    names = ("age", "glasses", "hair_light", "turn_right")
    return {name: draw(edit(anna(), name, 2.0)) for name in names}


def apply_edit_vector() -> Pictures:
    return {f"age {strength:+g}": draw(edit(ben(), "age", strength)) for strength in (-1, 0, 2, 4)}


def style_mix() -> Pictures:
    mixed = {
        f"layers {layers}": draw(core.mix_styles(anna(), ben(), layers=layers))
        for layers in ("8-", "4-")
    }
    return {"latents": draw(anna()), "style": draw(ben())} | mixed


def feature_transform() -> Pictures:
    moves = {"dx 8": {"dx": 8.0}, "rotation 20": {"rotation": 20.0}, "scale 0.7": {"scale": 0.7}}
    moved = {name: draw(core.transform_features(anna(), **move)) for name, move in moves.items()}
    return {"latents": draw(anna())} | moved


def domain_swap() -> Pictures:
    swapped = {
        f"layers {layers}": draw(encode_crop(), core.swap_domain(photo(), toon(), layers=layers))
        for layers in ("0-6", "7-", "all")
    }
    return {"model": draw(encode_crop())} | swapped


def decode() -> Pictures:
    return {f"noise {kind}": draw(anna(), noise=kind) for kind in ("stored", "zero", "random")}


def latent_files() -> Pictures:
    """A round trip through a file: nothing is lost."""
    latents = edit(ben(), "smile", 2.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "latents.safetensors")
        core.save_latents(latents, path)
        size = path.stat().st_size / 1000
        loaded = core.load_latents(path)
    return {"saved": draw(latents), f"loaded ({size:.0f} kB)": draw(loaded)}


def find_edit_vectors() -> Pictures:
    row, person = {}, core.sample_latents(photo(), SEEDS[1])
    for number, vector in enumerate(core.find_components(photo(), 2).values(), 1):
        for strength in (-2.0, 2.0):
            edited = core.apply_edit_vector(person, vector, strength=strength)
            row[f"component {number} at {strength:+g}"] = draw(edited)
    return row


def sweep_edit() -> Pictures:
    strengths = [-2.0, -1.0, 0.0, 1.0, 2.0]
    swept = core.sweep_edit(anna(), core.load_demo_edit("turn_right"), strengths)
    return {
        f"{strength:+g}" if strength else "0": draw(swept[index])
        for index, strength in enumerate(strengths)
    }


def live_edit() -> Pictures:
    return {
        "all at 0": draw(anna()),
        "smile: 2": draw(edit(anna(), "smile", 2.0)),
        "smile: 2, age: 2": draw(edit(edit(anna(), "smile", 2.0), "age", 2.0)),
    }


def edit_face() -> Pictures:
    whole = core.example_image("astronaut")
    near = [core.crop_faces(whole, reach=200).places[0]]
    edits = {"photo": {}, "glasses: 2.5": {"glasses": 2.5}, "hair light: 2": {"hair_light": 2.0}}
    return {
        name: core.cut_crop(core.edit_photo(whole, strengths, model=photo()), near[0])
        for name, strengths in edits.items()
    }


def load_photo() -> Pictures:
    return {name: core.example_image(name) for name in ("astronaut", "rendered_anna")}


def before_after() -> Pictures:
    before, after = draw(ben()), draw(edit(ben(), "hair_light", -2.5))
    side_by_side = torch.cat([before[..., :128], after[..., 128:]], dim=3)
    return {"before": before, "after": after, "the line in the middle": side_by_side}


DRAWN: dict[str, Callable[[], Pictures]] = {
    "load-model": load_model,
    "example-image": example_image,
    "crop-face": crop_face,
    "paste-face": paste_face,
    "encode": encode,
    "optimize": optimize,
    "sample": sample,
    "load-edit-vector": load_edit_vector,
    "apply-edit-vector": apply_edit_vector,
    "style-mix": style_mix,
    "feature-transform": feature_transform,
    "domain-swap": domain_swap,
    "decode": decode,
    "latent-files": latent_files,
    "find-edit-vectors": find_edit_vectors,
    "sweep-edit": sweep_edit,
    "live-edit": live_edit,
    "before-after": before_after,
    "edit-face": edit_face,
    "load-photo": load_photo,
}
