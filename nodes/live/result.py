"""What a run keeps so that its picture can follow the sliders, and what it tells the editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from comfy.model_patcher import ModelPatcher
from server import PromptServer

from ... import styleganex_core as core
from . import painter, service
from .request import LARGEST_SIDE, keep_nonzero
from .scene import Scene
from .store import Entry

STANDARD_DEVIATION, TIMES = "σ", "×"  # noqa: RUF001  (units as the editor shows them)
OFFICIAL = "editing_w"  # what StyleGANEX's own edit checkpoints call theirs; it has no unit


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
    strengths: str,
    layers: str,
    pictures: torch.Tensor,
    scene: Scene | None,
) -> dict[str, Any]:
    """The run's result under a handle: what the node's `ui` output says.

    `latents` are those before the edits, of the picture shown first; `pictures` [B, 3, H, W] in
    -1..1 are the run's.
    """
    network = model.model.network
    kept = core.trim_skips(network, latents, LARGEST_SIDE)
    entry = Entry(
        model=model,
        latents=kept,
        vectors=vectors,
        bytes=_count_bytes(kept) + (scene.bytes if scene else 0),
        run=painter.encode_jpeg(pictures, LARGEST_SIDE),
        run_strengths=keep_nonzero(core.parse_strengths(strengths)),
        run_layers=layers,
        client=_page(),
        scene=scene,
    )
    return {
        "handle": service.issue(entry),
        "vectors": [{"name": name, "unit": unit} for name, unit in units.items()],
        "strengths": strengths,
        "layers": core.errors.echo(layers, 1000),  # unread where nothing is edited
        "slots": network.num_slots,
        "width": pictures.shape[3],
        "height": pictures.shape[2],
        "pictures": len(pictures),
        "zoom": scene.zoom if scene else None,
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
