"""Nodes that edit a clip."""

from __future__ import annotations

from typing import Any

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import clips, inputs, memory, menu, runtime, sockets

# What a saved graph that does not name `paste` was made with; new nodes have "change".
UNNAMED_PASTE = "drawing"


def _edit_inputs() -> list[io.Input]:
    """What Edit Video and Edit Frames have in common."""
    return [
        sockets.Model.Input(
            "model",
            tooltip="A model with an encoder: for editing, for inversion, or for toonify (also "
            "from Domain Swap).",
        ),
        sockets.Track.Input("track", tooltip="From Track Faces, of the same clip."),
        sockets.ClipEdits.Input(
            "edits",
            optional=True,
            tooltip="From Clip Edit. Without it the model only redraws the faces, which is what "
            "toonify needs.",
        ),
        io.String.Input(
            "people",
            default=core.ClipSettings.people,
            optional=True,
            tooltip="Who is edited: 'all', or numbers as Track Faces shows them, such as '0, 2'.",
        ),
        io.Combo.Input(
            "missing",
            options=["pass through", "hold", "stop"],
            default=core.ClipSettings.missing,
            optional=True,
            tooltip="What to do with frames in which a face is missing for more than half a "
            "second: leave them as they are (the edit fades out and in), go on editing where the "
            "face was, or stop with a message.",
        ),
        io.Combo.Input(
            "region",
            options=["face", "crop"],
            default=core.ClipSettings.region,
            optional=True,
            tooltip="What is put back: an oval over face and hair, or the whole crop with soft "
            "edges. 'face' keeps the edits of neighbours apart.",
        ),
        io.Combo.Input(
            "paste",
            options=["drawing", "change"],
            default=core.ClipSettings.paste,
            optional=True,
            tooltip="What is put back: only the 'change' that the edits make in the model's "
            "drawing of a face, so that the frame keeps a person's own detail, or the 'drawing' "
            "itself. Without edits, as for toonify, it is always the drawing.",
        ),
        inputs.feather(optional=True),
        io.Boolean.Input(
            "match_colour",
            default=core.ClipSettings.match_colour,
            optional=True,
            tooltip="Shift the edit's colours smoothly so that they meet the frame's at the seam.",
        ),
        io.Boolean.Input(
            "upright",
            default=core.ClipSettings.upright,
            optional=True,
            tooltip="Turn each crop so that the eyes are level, and back when it is pasted.",
        ),
        inputs.reach(
            "Half the crop's side in px, 64 to 1024, at the scale where the eyes are 64 px apart. "
            "The paper uses 256; 128 suits the demo models."
        ),
        io.Float.Input(
            "smoothing",
            default=core.ClipSettings.smoothing,
            min=0.0,
            max=5.0,
            step=0.05,
            optional=True,
            tooltip="Seconds, 0 to 5, over which the crop's motion is smoothed, evenly before and "
            "after. More is steadier; quick turns are still followed.",
        ),
    ]


def _read_settings(options: dict[str, Any]) -> core.ClipSettings:
    named: dict[str, Any] = {"paste": UNNAMED_PASTE, **options}
    return core.ClipSettings(**named)


class EditVideo(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_EditVideo",
            display_name="Edit Video",
            **menu.entry("EditVideo", io.Schema),
            description="Edit the faces of a video of any length in place; sound and frame times "
            "are kept.",
            is_output_node=True,  # so that a cached run shows the clip, too
            inputs=[
                io.Video.Input(
                    "video", tooltip="Read, edited and written frame by frame, so any length fits."
                ),
                *_edit_inputs(),
                inputs.frame(
                    "start_frame",
                    "For a quick trial: the first frame to edit, counted from 0.",
                    optional=True,
                ),
                inputs.frame(
                    "frame_count",
                    "For a quick trial: how many frames; 0 for all up to the end.",
                    optional=True,
                ),
                io.Int.Input(
                    "every_nth",
                    default=core.Selection.every,
                    min=1,
                    max=1000,
                    optional=True,
                    tooltip="For a quick trial: only every nth frame, 1 to 1000, each shown for as "
                    "long as those it stands for.",
                ),
                io.Boolean.Input(
                    "half_resolution",
                    default=core.Selection.half,
                    optional=True,
                    tooltip="For a quick trial: a video of half the width and height, drawn by "
                    "fewer layers.",
                ),
                io.Int.Input(
                    "quality",
                    default=core.video.OutputSettings.quality,
                    min=0,
                    max=51,
                    optional=True,
                    tooltip="H.264's rate factor, 0 (lossless, large files) to 51 (poor); 18 is "
                    "hard to tell from the source.",
                ),
            ],
            outputs=[
                io.Video.Output(
                    "edited",
                    display_name="video",
                    tooltip="For Save Video: H.264 in mp4 in ComfyUI's temp folder.",
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        video: Any,
        model: ModelPatcher,
        track: core.Track,
        *,
        edits: tuple[core.ClipEdit, ...] = (),
        start_frame: int,
        frame_count: int,
        every_nth: int,
        half_resolution: bool,
        quality: int,
        **options: Any,
    ) -> io.NodeOutput:
        clip = clips.to_clip(video)
        settings = _read_settings(options)
        target = clips.new_file(clip.info.size)
        progress = runtime.Progress()

        def show(frame: core.Frame) -> None:
            if progress.due:
                progress.show(frame.to_picture())

        needed = memory.clip_bytes(model.model.network, settings.reach, clip.info.size)
        with runtime.loaded(model, needed) as network:
            core.edit_video(
                network,
                clip,
                target,
                track,
                edits,
                selection=core.Selection(start_frame, frame_count, every_nth, half_resolution),
                settings=settings,
                chunk=runtime.chunk_size(needed, network.device, "editing a clip"),
                quality=quality,
                progress=progress.step,
                show=show,
            )
        return clips.to_output(target)


class EditFrames(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_EditFrames",
            display_name="Edit Frames",
            **menu.entry("EditFrames", io.Schema),
            description="Edit the faces of a clip that comes as images, for use with video packs.",
            inputs=[
                io.Image.Input(
                    "images",
                    tooltip="The frames that were tracked, in order. All of them are in memory; "
                    "for long videos use Edit Video.",
                ),
                *_edit_inputs(),
            ],
            outputs=[
                io.Image.Output("edited", display_name="images", tooltip="The frames, edited.")
            ],
        )

    @classmethod
    def execute(
        cls,
        images: torch.Tensor,
        model: ModelPatcher,
        track: core.Track,
        edits: tuple[core.ClipEdit, ...] = (),
        **options: Any,
    ) -> io.NodeOutput:
        clip = clips.frames_to_clip(images, float(track.rate))
        track.check_size(clip.info.size)
        settings = _read_settings(options)
        progress = runtime.Progress()
        needed = memory.clip_bytes(model.model.network, settings.reach, clip.info.size)
        with runtime.loaded(model, needed) as network:
            # A copy of its own, with its transparency where it has any.
            result = images.to("cpu", torch.float32, copy=True)
            edited = core.edit_frames(
                network,
                clip.read(core.Selection()),
                track,
                edits,
                settings=settings,
                chunk=runtime.chunk_size(needed, network.device, "editing a clip"),
            )
            for done, frame in enumerate(edited, start=1):
                frame.write_into(result)
                if progress.due:
                    progress.show(frame.to_picture())
                progress.step(done, len(images))
        return io.NodeOutput(runtime.to_result(result))
