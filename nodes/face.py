"""Nodes from a whole picture to its faces, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import torch
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, menu, runtime, sockets


class CropFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_CropFace",
            display_name="Crop Face",
            **menu.entry("CropFace", io.Schema),
            description="Find faces in pictures and cut them out at the size that models expect.",
            inputs=[
                io.Image.Input(
                    "image",
                    tooltip="Photos or frames of any size; faces at least 20 px wide are found.",
                ),
                io.Combo.Input(
                    "which",
                    options=["largest", "left to right", "all"],
                    default=inputs.default_of(core.crop_faces, "which"),
                    tooltip="Which face of each picture: 'index' counts from the largest, or from "
                    "the left; 'all' cuts out every one, from left to right.",
                ),
                io.Int.Input(
                    "index",
                    default=inputs.default_of(core.crop_faces, "index"),
                    min=0,
                    max=99,
                    tooltip="Which face in that order, counted from 0; ignored for 'all'.",
                ),
                io.Boolean.Input(
                    "upright",
                    default=inputs.default_of(core.crop_faces, "upright"),
                    tooltip="Turn the crop so that the eyes are level. Paste Face turns it back.",
                ),
                io.Combo.Input(
                    "missing",
                    options=["stop", "skip", "whole picture"],
                    default=inputs.default_of(core.crop_faces, "missing"),
                    optional=True,
                    tooltip="What to do with a picture that has no such face: stop with a "
                    "message, skip it (Paste Face and Live Edit return it unchanged), or use the "
                    "whole picture.",
                ),
                inputs.reach(
                    "Half the crop's side in px, 64 to 1024, at the scale where the eyes are 64 "
                    "px apart. The paper uses 256; more shows more around the face. The crop ends "
                    "where the picture ends."
                ),
                io.String.Input(
                    "points",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="Points to use instead of searching, 'x,y; x,y; ...' in px of the "
                    "picture: left eye, right eye, nose, left and right corner of the mouth, as "
                    "the viewer sees them. One face per line; leave empty to search.",
                ),
                sockets.FaceLandmarks.Input(
                    "landmarks",
                    optional=True,
                    tooltip="Face landmarks to use instead of searching: those of the same "
                    "pictures, from ComfyUI's MediaPipe node (ComfyUI 0.23 and later).",
                ),
                io.Combo.Input(
                    "mask_shape",
                    options=["oval", "head"],
                    default=inputs.default_of(core.crop_faces, "mask_shape"),
                    optional=True,
                    tooltip="Shape of the mask output: a soft 'oval' over face and hair, or the "
                    "'head' with hair and neck, separated from the background by colour.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="crop",
                    tooltip="For Encode and Optimize: the face with its surroundings, eyes 64 px "
                    "apart, at most 512x512 px by default.",
                ),
                io.Image.Output(
                    display_name="style_crop",
                    tooltip="For Encode's style_image: the aligned face, 256x256 px.",
                ),
                sockets.Crop.Output(
                    display_name="place", tooltip="For Paste Face: where each crop belongs."
                ),
                io.Mask.Output(
                    display_name="mask",
                    tooltip="A soft mask of the face or head (see mask_shape) at the crop's size, "
                    "for Paste Face, Live Edit or Optimize.",
                ),
                io.Int.Output(
                    display_name="face_count", tooltip="Number of faces in all pictures together."
                ),
                io.String.Output(
                    display_name="info",
                    tooltip="Which photos are sideways or upside down; empty if none are.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        which: Literal["largest", "left to right", "all"],
        index: int,
        upright: bool,
        *,
        missing: Literal["stop", "skip", "whole picture"],
        reach: int,
        points: str,
        landmarks: Mapping[str, Any] | None = None,
        mask_shape: Literal["oval", "head"],
    ) -> io.NodeOutput:
        faces = None
        if points.strip():
            faces = [core.parse_points(points)]
        elif landmarks is not None:
            faces = _read_landmarks(landmarks)

        def picture(number: int) -> torch.Tensor:
            return core.to_bchw(image[number : number + 1])

        with runtime.ordinary_tensors():
            plan = core.crop.plan_faces(
                picture,
                len(image),
                which=which,
                index=index,
                upright=upright,
                reach=reach,
                faces=faces,
                missing=missing,
                progress=runtime.Progress().step,
                mask_shape=mask_shape,
            )
            shown, hidden = plan, not plan.places
            if hidden:  # the nodes that follow need a picture, and nothing is put back of it
                shown = core.crop.plan_faces(
                    picture, 1, reach=reach, faces=[[]], missing="whole picture"
                )
            crops, styles, masks = runtime.Results(), runtime.Results(), runtime.Results()
            for crop, style, mask in shown.cut(picture):
                crops.add(core.to_bhwc(crop), len(shown.places))
                styles.add(core.to_bhwc(style), len(shown.places))
                masks.add(mask[:, 0], len(shown.places))
            if hidden:
                masks.whole[:] = 0
            return io.NodeOutput(
                crops.whole,
                styles.whole,
                plan.places,
                masks.whole,
                sum(plan.counts),
                "\n".join(plan.notes),
            )


class PasteFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_PasteFace",
            display_name="Paste Face",
            **menu.entry("PasteFace", io.Schema),
            description="Put edited crops back into the pictures they were cut from.",
            inputs=[
                io.Image.Input("original", tooltip="The pictures that were given to Crop Face."),
                io.Image.Input(
                    "edited",
                    tooltip="The edited crops, one per crop, at the crop's size or a multiple of "
                    "it, as Decode returns them. Several edits of a single crop give as many "
                    "pictures.",
                ),
                sockets.Crop.Input("place", tooltip="From Crop Face: where each crop belongs."),
                inputs.feather(),
                io.Boolean.Input(
                    "match_colour",
                    default=inputs.default_of(core.paste_faces, "match_colour"),
                    tooltip="Shift the edit's colours smoothly so that they meet the picture's at "
                    "the seam. Leave off where the edit is meant to change colours.",
                ),
                io.Boolean.Input(
                    "enlarge",
                    default=inputs.default_of(core.paste_faces, "enlarge"),
                    tooltip="Enlarge the picture enough to keep every px of the edit (for "
                    "super-resolution); off keeps the original's size.",
                ),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="How much of the edit to take where: 1 (white) all of it, 0 (black) "
                    "the original, px for px. At the crop's size, such as Crop Face's mask, or at "
                    "the original's.",
                ),
                io.Image.Input(
                    "unedited",
                    optional=True,
                    tooltip="The crops drawn without the edit: Decode of the latents before it. "
                    "With them only what the edit changes is put back and the photo keeps its own "
                    "detail; without them the drawing itself is.",
                ),
            ],
            outputs=[
                io.Image.Output(display_name="image", tooltip="The originals with their edits.")
            ],
        )

    @classmethod
    def execute(
        cls,
        original: torch.Tensor,
        edited: torch.Tensor,
        place: tuple[core.FaceCrop, ...],
        feather: float,
        match_colour: bool,
        enlarge: bool,
        mask: torch.Tensor | None = None,
        unedited: torch.Tensor | None = None,
    ) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            photos, drawn = core.images.PictureBatch(original), core.images.PictureBatch(edited)
            plain = None if unedited is None else core.images.PictureBatch(unedited)
            motions = None
            if plain is not None:
                motions = core.readers.follow_edits(photos, drawn, place, plain)
            count, pasted = core.composite.paste_each(
                photos,
                drawn,
                place,
                mask=None if mask is None else mask.reshape(-1, 1, *mask.shape[-2:]),
                feather=feather,
                match_colour=match_colour,
                enlarge=enlarge,
                unedited=plain,
                motions=motions,
            )
            pictures = runtime.Results()
            for number, picture in enumerate(pasted):
                own = runtime.pick_picture(original, number)
                pictures.add(core.alpha.keep_alpha(own, picture), count)
            return io.NodeOutput(pictures.whole)


def _read_landmarks(landmarks: Mapping[str, Any]) -> list[list[core.Face]]:
    """The faces of every picture in ComfyUI's FACE_LANDMARKS: frames of faces of mesh points."""
    try:
        frames = [
            [(torch.as_tensor(face["landmarks_xy"]), float(face.get("score", 1))) for face in frame]
            for frame in landmarks["frames"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise core.StyleGANEXError(
            "landmarks need the frames and landmarks_xy of ComfyUI's MediaPipe node; got "
            f"{type(landmarks).__name__} without them. Disconnect the input to search instead."
        ) from error
    return [[core.face_from_mesh(mesh, score) for mesh, score in frame] for frame in frames]
