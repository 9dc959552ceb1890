"""The node that edits a face by many attributes at once, with a picture that follows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from ... import styleganex_core as core
from .. import inputs, memory, menu, runtime, sockets
from . import result, service
from .drawings import Drawings
from .scene import Scene, take_photo

CONNECTED = ("vector_1", "vector_2", "vector_3", "vector_4")


class LiveEdit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LiveEdit",
            display_name="Live Edit",
            **menu.entry("LiveEdit", io.Schema),
            description="Change a face with one slider per attribute and see the result at once.",
            is_output_node=True,
            inputs=[
                sockets.Model.Input(
                    "model",
                    tooltip="From Load Model or Domain Swap. The edit vectors that come with it "
                    "become sliders.",
                ),
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or Sample."),
                inputs.strengths(),
                inputs.layers(inputs.default_of(core.apply_edit_vectors, "layers")),
                *(
                    sockets.EditVector.Input(
                        name,
                        optional=True,
                        tooltip=f"One more slider, called '{_spoken(name)}': from Load Edit Vector "
                        "or Find Edit Vectors.",
                    )
                    for name in CONNECTED
                ),
                io.Image.Input(
                    "original",
                    optional=True,
                    tooltip="The photo that was given to Crop Face. With it and 'place' the "
                    "picture is the whole photo, edited in place; whatever no edit changes stays "
                    "as it is.",
                ),
                sockets.Crop.Input(
                    "place", optional=True, tooltip="From Crop Face: where the face belongs."
                ),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="Where in the photo edits count: Crop Face's mask, or one of the "
                    "photo's size. Without it the whole crop with soft edges.",
                ),
                inputs.face_strengths(),
                sockets.Latents.Input(
                    "expression",
                    optional=True,
                    tooltip="From Encode, with the same model: a face whose expression is taken "
                    "over by one more slider, 'expression', from 0 to 1.",
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    "edited",
                    display_name="latents",
                    tooltip="The edited latents, for Decode or a further edit.",
                ),
                io.Image.Output(
                    display_name="image",
                    tooltip="RGB, one picture per latent, as Decode draws it; with 'original' the "
                    "photos with their edits in place.",
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: object) -> int:
        """Changes when a picture was dropped that a cached result of this node still names."""
        return service.store.losses

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        latents: core.Latents,
        strengths: str,
        layers: str,
        original: torch.Tensor | None = None,
        place: tuple[core.FaceCrop, ...] | None = None,
        mask: torch.Tensor | None = None,
        face_strengths: str | None = None,
        expression: core.Latents | None = None,
        **connected: torch.Tensor,
    ) -> io.NodeOutput:
        network, face_strengths = model.model.network, face_strengths or ""
        spoken = {_spoken(name): connected.get(name) for name in CONNECTED}
        vectors, units = result.collect_vectors(network, spoken)
        if (original is None) != (place is None):
            raise core.StyleGANEXError(
                "the whole photo is shown when 'original' and 'place' are both connected: the "
                "picture that was given to Crop Face, and its place output."
            )
        masks = None if mask is None else mask.reshape(-1, 1, *mask.shape[-2:])
        needed = memory.decode_bytes(network, latents) * (1 if original is None else 2)
        numbers = core.latents.number_faces(place, latents.batch)
        with runtime.loaded(model, needed) as network:
            if expression is not None:
                taken = core.latents.find_expression(latents, expression, vectors)
                vectors[core.latents.EXPRESSION] = taken
                units[core.latents.EXPRESSION] = result.TIMES
            given = strengths, face_strengths
            edited = core.latents.apply_face_strengths(latents, vectors, *given, numbers, layers)
            shown_latents, plain_latents, still = edited, latents, edited
            if original is not None:  # only the change is shown, which skips may hold back
                plain_latents = latents.without_optional_skips()
                held_strengths = core.latents.hold_own_px(network, vectors, *given)
                shown_latents, still = (
                    core.latents.apply_face_strengths(
                        plain_latents, these, *held_strengths, numbers, layers
                    )
                    for these in (vectors, core.latents.hold_head(vectors))
                )
            drawn = Drawings(network, shown_latents, needed)
            count, pasted, rows, scene = len(drawn), iter(drawn), [0], None
            if original is not None and place is not None:
                photos = core.images.PictureBatch(original)
                plain = Drawings(network, plain_latents, needed)
                held = core.latents.without_turn(
                    network,
                    plain_latents,
                    shown_latents,
                    still,
                    (plain, drawn),
                    lambda chosen: Drawings(network, chosen, needed),
                )
                changes = core.latents.plan_average_changes(
                    network, vectors, strengths, face_strengths, numbers
                )
                motions = core.readers.follow_edits(photos, drawn, place, plain, held, changes)
                changed: Sequence[torch.Tensor] = photos
                if motions is not None:
                    changed = core.readers.ChangedPhotos(photos, place, motions.faces, changes)
                count, pasted = core.composite.paste_each(
                    changed, drawn, place, mask=masks, unedited=plain, motions=motions
                )
                rows, scene = _first_photo(photos[0], place, masks, latents.batch, motions)
            pictures, shown, progress = runtime.Results(), torch.empty(0), runtime.Progress()
            for number, picture in enumerate(pasted, start=1):
                shown = picture.clone() if number == 1 else shown
                pictures.add(_with_alpha(picture, original, number - 1), count)
                progress.step(number, count)
            shown = shown.expand(count, -1, -1, -1)
            kept = result.copy_rows(plain_latents, rows)
        settings = result.Settings(strengths, face_strengths, layers)
        vectors = result.choose_rows(vectors, rows, latents.batch)
        told = result.tell(model, kept, vectors, units, settings, shown, scene)
        return io.NodeOutput(edited, pictures.whole, ui={"styleganex_live": [told]})


def _with_alpha(picture: torch.Tensor, original: torch.Tensor | None, number: int) -> torch.Tensor:
    """The result `number` as an IMAGE, with the transparency of the photo that it was made of."""
    if original is None:
        return core.to_bhwc(picture)
    return core.alpha.keep_alpha(runtime.pick_picture(original, number), picture)


def _first_photo(
    photo: torch.Tensor,
    place: tuple[core.FaceCrop, ...],
    masks: torch.Tensor | None,
    batch: int,
    motions: core.readers.Motions | None,
) -> tuple[list[int], Scene]:
    """Which latents belong to the first photo, and the scene that they are shown in."""
    rows = [row for row, crop in enumerate(place) if crop.picture == 0][:batch]
    crops = [place[row] for row in rows]
    if masks is not None and len(masks) == len(place) and rows:
        masks = masks[rows]
    elif masks is not None:
        masks = masks[:1]
    # The run has looked at them where it pasted an edit's change.
    seen = None if motions is None else [motions.seen(row) for row in rows]
    return rows or [0], take_photo(photo, crops, masks, seen=seen)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
