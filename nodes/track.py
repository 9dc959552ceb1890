"""The node that follows the people of a clip."""

from __future__ import annotations

from typing import Any, Literal

import torch
from comfy import model_management
from comfy_api.latest import io, ui

from .. import styleganex_core as core
from . import clips, inputs, menu, runtime, sockets, widgets


class TrackFaces(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_TrackFaces",
            display_name="Track Faces",
            **menu.entry("TrackFaces", io.Schema),
            description="Find the people of a clip and follow them from frame to frame.",
            is_output_node=True,  # so that a cached run shows the people, too
            inputs=[
                io.MultiType.Input(
                    "clip",
                    types=[io.Video, io.Image],
                    tooltip="A video of any length (read frame by frame), or frames as images.",
                ),
                io.Int.Input(
                    "search_every",
                    default=inputs.default_of(core.track_faces, "every"),
                    min=1,
                    max=1000,
                    tooltip="Frames, 1 to 1000, between two searches of the whole picture for new "
                    "faces. Known faces are followed in every frame, and a lost one is searched "
                    "for at once; 1 is slow and thorough.",
                ),
                inputs.frame(
                    "style_frame",
                    "Frame, counted from 0, from which each person's look is taken for the whole "
                    "clip; 0 for the first that shows them. Choose one with an open, well-lit "
                    "face.",
                ),
                inputs.frame(
                    "start_frame",
                    "First frame to track, counted from 0. Only tracked frames can be edited.",
                    optional=True,
                ),
                inputs.frame(
                    "frame_count",
                    "How many frames to track; 0 for all up to the end.",
                    optional=True,
                ),
                io.Float.Input(
                    "fps",
                    default=24.0,
                    min=0.1,
                    max=1000.0,
                    step=0.01,
                    optional=True,
                    tooltip="Frames per second, 0.1 to 1000, of a clip that comes as images; a "
                    "video knows its own.",
                ),
                io.Combo.Input(
                    "missing",
                    options=["stop", "pass through"],
                    default=inputs.default_of(core.track_faces, "missing"),
                    optional=True,
                    tooltip="What to do with a clip in which no face is found: stop with a "
                    "message, or pass it on, so that Edit Video returns the clip unchanged.",
                ),
            ],
            outputs=[
                sockets.Track.Output(
                    "track", display_name="track", tooltip="For Edit Video or Edit Frames."
                ),
                io.Image.Output(
                    "people",
                    display_name="people",
                    tooltip="Everyone's face above the number that Clip Edit uses for them.",
                ),
                io.Int.Output(
                    "person_count",
                    display_name="person_count",
                    tooltip="How many people there are.",
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        clip: Any,
        search_every: int,
        style_frame: int,
        start_frame: int,
        frame_count: int,
        fps: float,
        missing: Literal["stop", "pass through"],
    ) -> io.NodeOutput:
        frames = isinstance(clip, torch.Tensor)
        source = clips.frames_to_clip(clip, fps) if frames else clips.to_clip(clip)
        progress = runtime.Progress()

        def show(frame: core.Frame, faces: dict[int, core.Face]) -> None:
            if progress.due:
                progress.show(core.draw_faces(frame.to_picture(), faces))

        with runtime.ordinary_tensors():
            track = core.track_faces(
                source,
                core.Selection(start_frame, frame_count),
                every=search_every,
                style_frame=style_frame,
                device=model_management.get_torch_device(),
                progress=progress.step,
                show=show,
                missing=missing,
            )
            people = runtime.to_result(core.to_bhwc(core.draw_people(track)))
        told = "\n".join([track.describe(), *getattr(source, "notes", ())])
        shown = widgets.show_images(people) | ui.PreviewText(told).as_dict()
        return io.NodeOutput(track, people, len(track.people), ui=shown)
