"""Drawing a preview between runs of the graph, without getting in their way."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from server import PromptServer

from ... import styleganex_core as core
from .. import memory, runtime
from .request import NoPicture, PictureRequest
from .scene import Scene
from .store import Entry

QUALITY = 92  # JPEG: an edit of one unit changes more than this hides
MOST_OF_A_FACE = 1024  # px of a face's crop; a nearer view enlarges it
NOISE = "stored"  # as the node's own picture


@dataclass(frozen=True)
class Hand:
    """What serves from one picture to the next, none of it needed to draw one.

    `kept`: features of the picture drawn before, which spare what the edit does not change;
    `halves`: a copy of the model in half precision, where the machine draws faster so.
    """

    kept: core.decode.KeptFeatures = field(default_factory=core.decode.KeptFeatures)
    halves: core.decode.HalfCopy = field(default_factory=core.decode.HalfCopy)

    def clear(self) -> None:
        self.kept.clear()
        self.halves.clear()


def is_busy() -> bool:
    """Whether a graph is running or waits to run."""
    return PromptServer.instance.prompt_queue.get_tasks_remaining() > 0


def check_idle() -> None:
    """Raises NoPicture while the graph runs."""
    if is_busy():
        raise NoPicture(
            202, "busy", "a graph is running and goes first; ask again when the queue is empty."
        )


@contextlib.contextmanager
def idle_queue() -> Iterator[None]:
    """Nothing runs, and nothing can start to run inside.

    ComfyUI's model management is made for one thread at a time, so no graph may start while we
    load ours. Held for the loading only, which is nothing where the model is loaded already.
    """
    with PromptServer.instance.prompt_queue.mutex:
        check_idle()
        yield


def draw(entry: Entry, request: PictureRequest, hand: Hand) -> bytes:
    """The picture that the request asks for, as a JPEG file.

    A graph that starts meanwhile may take the model's memory away: that, too, is "busy".
    """
    network = entry.model.model.network
    scene: Scene | None = entry.scene
    view = None if scene is None else scene.view(request.side, request.zoom, request.face)
    edits = request.strengths or request.face_strengths
    if view is not None and not (view.places and edits):
        return encode_jpeg(view.picture)  # nothing is to be drawn
    side = request.side if view is None else min(view.face_side, MOST_OF_A_FACE)
    resolution = core.preview_resolution(network, entry.latents, side)
    # The widths of layers halve where their resolution doubles, so memory grows with the side.
    share = resolution / network.config.generator.size * entry.latents.batch
    needed = memory.decode_bytes(network, entry.latents) * share
    try:
        with contextlib.ExitStack() as stack:
            with idle_queue():
                network = stack.enter_context(
                    runtime.loaded(entry.model, needed, cancellable=False)
                )
            runtime.check_memory(needed, network.device, "a preview")
            strengths = (
                dict(request.strengths),
                {number: dict(own) for number, own in request.face_strengths},
            )
            faces = range(1, entry.latents.batch + 1)
            shown = strengths
            if scene is not None and scene.put == "change":
                shown = core.latents.hold_own_px(
                    entry.model.model.network, entry.vectors, *strengths
                )
            edited, still = (
                core.latents.apply_face_strengths(
                    entry.latents, vectors, *shown, faces, request.layers
                )
                for vectors in (entry.vectors, core.latents.hold_head(entry.vectors))
            )
            drawing = hand.halves.choose(network)
            drawn = core.decode_preview(drawing, edited, side, noise=NOISE, kept=hand.kept)
            if scene is None or view is None:
                return encode_jpeg(drawn)
            plain = scene.plain.get(resolution)
            if plain is None:
                plain = core.decode_preview(drawing, entry.latents, side, noise=NOISE)
                scene.plain[resolution] = plain
            held = None
            if scene.put == "change":
                held = core.latents.without_turn(
                    entry.model.model.network,
                    entry.latents,
                    edited,
                    still,
                    (plain, drawn),
                    lambda chosen: core.decode_preview(drawing, chosen, side, noise=NOISE),
                )
            changes = core.latents.plan_average_changes(
                entry.model.model.network, entry.vectors, *strengths, faces
            )
            return encode_jpeg(scene.paste(view, drawn, plain, held, changes))
    except core.StyleGANEXError as error:
        raise NoPicture(400, "invalid", str(error)) from error
    except RuntimeError as error:
        check_idle()
        raise NoPicture(503, "failed", "the preview could not be drawn.") from error


def encode_jpeg(picture: torch.Tensor, longest_side: int | None = None) -> bytes:
    """The first picture of [B, 3, H, W] in -1..1 as a JPEG file, reduced where asked."""
    thumbnail = core.images.to_thumbnail
    image = thumbnail(picture, longest_side) if longest_side else core.to_pil(picture)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling=0)
    return file.getvalue()
