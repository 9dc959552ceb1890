"""What is done with a damaged file or text: everything that a user could do with it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import styleganex_core as core
from styleganex_core.crop.landmarks import parse_points
from styleganex_core.layers import parse_layers
from styleganex_core.names import safe_name
from styleganex_core.video.keyframes import parse_keyframes
from tests.unit.checkpoints.limits import Outcome, attempt
from tests.unit.live_parts import live_part

from . import mutate, seeds

TEXTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "layers": ("0-6, 9, 12-", lambda text: parse_layers(text, 18)),
    "strengths": ("smile=1.5, age=-2; glasses = 0.5", core.parse_strengths),
    "keyframes": ("0: 1.5, 1.5: -2 s, 3: 0", parse_keyframes),
    "points": ("10,10 30,10 20,20 12,30 28,30", parse_points),
    "names": ("project/anna", core.names.safe_path),
    "name": ("anna", safe_name),
}
request = live_part("request")
STRUCTURED = ("checkpoint", "generator", "inversion", "styles", "vectors", "components")
KINDS = (*(f"{kind} values" for kind in STRUCTURED), *seeds.files(), *(f"text {k}" for k in TEXTS))


def run_case(kind: str, number: int, folder: Path) -> Outcome:
    """One damaged file or text, always the same for the same kind and number."""
    random = Random(f"{kind} {number}")
    if kind.startswith("text "):
        text, parse = TEXTS[kind.removeprefix("text ")]
        damaged = mutate.mutate_text(text, random)
        return attempt(lambda: parse(damaged))
    path = folder / "damaged"
    path.write_bytes(_damage(kind, random))
    act = SPECIAL.get(kind.split()[0]) or random.choice(ACTS)
    return attempt(lambda: act(path))


def _damage(kind: str, random: Random) -> bytes:
    if kind.startswith("body ") and random.random() < 0.5:
        body = mutate.mutate_values(seeds.bodies()[kind.removeprefix("body ")], random)
        if random.random() < 0.5:
            body |= {"strengths": mutate.mutate_text("smile: 1.5, age: -2", random)}
        try:
            return json.dumps(body).encode()
        except (TypeError, ValueError, RecursionError):
            return b""  # such values are no JSON
    if kind.endswith(" values"):
        values = mutate.mutate_values(seeds.contents(kind.removesuffix(" values")), random)
        try:
            return seeds.to_torch(values, legacy=random.random() < 0.3)
        except (RuntimeError, TypeError, ValueError, UnicodeError, RecursionError):
            return b""  # torch itself cannot save such values
    whole = seeds.files()[kind]
    if random.random() < 0.6:
        return mutate.mutate_inside(whole, random)
    other = random.choice(list(seeds.files().values()))
    return mutate.mutate_bytes(whole, random, other)


def sample(path: Path) -> None:
    model = core.load_model(path)
    core.decode_latents(model, core.sample_latents(model, 0, height=16, width=16), largest_side=32)


def decode(path: Path) -> None:
    latents = core.load_latents(path, seeds.model())
    core.decode_latents(seeds.model(), latents, noise="stored")


def edit(path: Path) -> None:
    for name in core.edit_vector_names(path)[:2]:
        core.apply_edit_vector(seeds.latents(), core.load_edit_vector(path, name))


def describe(path: Path) -> None:
    core.describe_file(path).encode()


def load_graph(path: Path) -> None:
    for package in ("styleganex_lab", "styleganex_core"):
        try:
            graphs = importlib.import_module(f"{package}.batch.graph")
        except ModuleNotFoundError:
            continue
        graph = graphs.load_graph(path)
        graphs.find_image_nodes(graph)
        graphs.find_seed_inputs(graph)
        return


def copy_clip(path: Path) -> None:
    """Read and written with its sound, as Edit Video does it."""
    core.write_clip(core.FileClip(path), path.with_name("copy.mp4"))


def ask_live(path: Path) -> None:
    """As far as the live routes read a body; their refusals are to be as good as our errors."""
    try:
        body = request.read_json(path.read_bytes()[: request.LARGEST_BODY])
        if isinstance(body, dict) and "handles" in body:
            request.read_release(body)
        else:
            parse_layers(request.read_picture_request(body).layers, 18)
    except request.NoPicture as error:
        assert 400 <= error.status < 500
        json.dumps(error.as_json()).encode()
        raise core.StyleGANEXError(str(error)) from error


ACTS: tuple[Callable[[Path], None], ...] = (sample, decode, edit, describe)
SPECIAL = {"graph": load_graph, "clip": copy_clip, "body": ask_live}
