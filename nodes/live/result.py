"""What a run keeps so that its picture can follow the sliders, and what it tells the editor."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from comfy.model_patcher import ModelPatcher
from server import PromptServer

from ... import styleganex_core as core
from . import painter, service
from .request import LARGEST_SIDE, keep_nonzero, sort_faces
from .scene import Scene
from .store import Entry

STANDARD_DEVIATION, TIMES = "σ", "×"  # noqa: RUF001  (units as the editor shows them)
OFFICIAL = "editing_w"  # what StyleGANEX's own edit checkpoints call theirs; it has no unit
FACE_SIDE = 56  # px of the pictures by which faces are chosen
MOST_FACES = 40  # that are shown so
WHOLE = {core.latents.EXPRESSION: [0, 1]}  # where strengths make sense, other than around 0


@dataclass(frozen=True)
class Settings:
    """What a run was asked for, as its inputs say it."""

    strengths: str
    face_strengths: str
    layers: str


def collect_vectors(
    network: core.Model, connected: Mapping[str, torch.Tensor | None]
) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The model's edit vectors and the connected ones by their sliders' names, and their units."""
    vectors = core.split_edit_vectors(network.edit_vectors)
    units = {n: TIMES if n.startswith(OFFICIAL) else STANDARD_DEVIATION for n in vectors}
    for name, vector in connected.items():
        if vector is not None:
            vectors[name] = vector
            units[name] = TIMES
    return vectors, units


def tell(
    model: ModelPatcher,
    latents: core.Latents,
    vectors: dict[str, torch.Tensor],
    units: dict[str, str],
    settings: Settings,
    pictures: torch.Tensor,
    scene: Scene | None,
) -> dict[str, Any]:
    """The run's result under a handle: what the node's `ui` output says.

    `latents` are those before the edits, of the picture shown first; `pictures` [B, 3, H, W] in
    -1..1 are the run's.
    """
    network = model.model.network
    works = _tell_ranges(network)
    kept = core.trim_skips(network, latents, LARGEST_SIDE)
    entry = Entry(
        model=model,
        latents=kept,
        vectors=vectors,
        bytes=_count_bytes(kept) + (scene.bytes if scene else 0),
        run=painter.encode_jpeg(pictures, LARGEST_SIDE),
        run_strengths=keep_nonzero(core.parse_strengths(settings.strengths)),
        run_face_strengths=sort_faces(core.latents.parse_face_strengths(settings.face_strengths)),
        run_layers=settings.layers,
        client=_page(),
        scene=scene,
    )
    return {
        "handle": service.issue(entry),
        "vectors": [_tell_vector(name, unit) | works.get(name, {}) for name, unit in units.items()],
        "strengths": settings.strengths,
        "face_strengths": settings.face_strengths,
        "layers": core.errors.echo(settings.layers, 1000),  # unread where nothing is edited
        "slots": network.num_slots,
        "width": pictures.shape[3],
        "height": pictures.shape[2],
        "pictures": len(pictures),
        "zoom": scene.zoom if scene else None,
        "faces": _tell_faces(scene) if scene else [],
    }


def _tell_vector(name: str, unit: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "unit": unit}
    return told | {"range": WHOLE[name]} if name in WHOLE else told


def _tell_ranges(network: core.Model) -> dict[str, dict[str, Any]]:
    """Where the model's own edits work on real people; null where only others were measured."""
    if not network.edit_ranges:
        return {}
    told: dict[str, dict[str, Any]] = {}
    for name in core.split_edit_vectors(network.edit_vectors):
        known = network.edit_ranges.get(name)
        told[name] = {"works": None}
        if known is not None:
            told[name] = {"works": {"low": known.low, "high": known.high, "faint": known.faint}}
    return told


def _tell_faces(scene: Scene) -> list[dict[str, Any]]:
    """The faces to choose among, each with its picture as a data address."""
    return [
        {
            "zoom": face.zoom,
            "picture": "data:image/jpeg;base64,"
            + base64.b64encode(painter.encode_jpeg(face.crop, FACE_SIDE)).decode(),
        }
        for face in scene.tell_faces()[:MOST_FACES]
    ]


def choose_rows(
    vectors: Mapping[str, torch.Tensor], rows: list[int], batch: int
) -> dict[str, torch.Tensor]:
    """The vectors for some of `batch` latents, of those that have one for each."""
    return {
        name: vector[rows] if vector.ndim == 3 and len(vector) == batch > 1 else vector
        for name, vector in vectors.items()
    }


def copy_rows(latents: core.Latents, rows: list[int]) -> core.Latents:
    """Some pictures' latents, without keeping the others in memory."""
    if latents.batch == 1:
        return latents[0]
    chosen = core.join_latents([latents[row] for row in rows])
    return chosen.with_tensors([tensor.clone() for tensor in chosen.tensors])


def _page() -> str | None:
    """The page that runs the graph; None for scripts, which hold no connection."""
    server = PromptServer.instance
    return server.client_id if server.client_id in server.sockets else None


def _count_bytes(latents: core.Latents) -> int:
    return sum(tensor.untyped_storage().nbytes() for tensor in latents.tensors)
