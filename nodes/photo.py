"""The node that a photo comes in by: a bundled one until the user chooses or drops their own."""

from __future__ import annotations

from pathlib import Path

import folder_paths
from aiohttp import web
from comfy_api.latest import io
from server import PromptServer

from .. import styleganex_core as core
from . import folders, menu
from .live.painter import encode_jpeg

EXAMPLE = "example: "
SHOWN_SIDE = 512  # px
EXAMPLES = "/styleganex/examples/{name}"  # the route by which the editor shows them


class LoadPhoto(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LoadPhoto",
            display_name="Load Photo",
            **menu.entry("LoadPhoto", io.Schema),
            description="Your own photo, chosen or dropped here; a bundled one until then.",
            inputs=[
                io.Combo.Input(
                    "photo",
                    options=list_photos(),
                    tooltip="A bundled picture, free to use, or a file in ComfyUI's input folder. "
                    "Drop a photo on the node, or choose one with its button.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="image",
                    tooltip="The photo in RGB, turned upright as its EXIF data says, for Crop "
                    "Face or Edit Face.",
                )
            ],
        )

    @classmethod
    def validate_inputs(cls, photo: str | None = None) -> bool | str:
        return True if photo is None else folders.complaint(lambda: find_photo(photo))

    @classmethod
    def fingerprint_inputs(cls, photo: str | None = None) -> str:
        path = find_photo(photo) if photo else None
        return folders.version(path) if path else ""

    @classmethod
    def execute(cls, photo: str) -> io.NodeOutput:
        path = find_photo(photo)
        picture = core.load_image(path) if path else core.example_image(_after(photo))
        return io.NodeOutput(core.to_bhwc(picture))


def list_photos() -> list[str]:
    """The bundled pictures, then the pictures in the input folder."""
    folder = Path(folder_paths.get_input_directory())
    files = [path.name for path in folder.glob("*") if path.is_file()]
    return [
        *(EXAMPLE + name for name in core.example_names()),
        *sorted(folder_paths.filter_files_content_types(files, ["image"])),
    ]


def find_photo(photo: str) -> Path | None:
    """The file's path, or None for a bundled one; StyleGANEXError when there is no such picture."""
    if photo.startswith(EXAMPLE):
        if _after(photo) not in core.example_names():
            raise core.StyleGANEXError(
                f"there is no '{photo}'; choose one of {', '.join(core.example_names())}, or a "
                "photo of your own."
            )
        return None
    relative, base = folder_paths.annotated_filepath(photo)
    root = Path(base or folder_paths.get_input_directory()).resolve()
    try:
        path = (root / relative).resolve()
        exists = path.is_file()
    except (OSError, ValueError):  # names that no system takes: too long, NUL, half characters
        path, exists = root, False
    if not path.is_relative_to(root):
        raise core.StyleGANEXError(f"'{photo}' lies outside {root}; choose a photo inside it.")
    if not exists:
        raise core.StyleGANEXError(
            f"there is no photo '{core.errors.echo(photo)}' in {root}; choose another, or drop it "
            "on Load Photo."
        )
    return path


def register() -> None:
    """Add the route of the bundled pictures; without a running server there is nothing to add."""
    server = getattr(PromptServer, "instance", None)
    if server is None:
        return
    known = {(route.method, route.path) for route in server.routes if hasattr(route, "path")}
    if ("GET", EXAMPLES) not in known:
        server.routes.get(EXAMPLES)(send_example)


async def send_example(request: web.Request) -> web.Response:
    """A bundled picture as a JPEG file; 404 for names that are not among them."""
    name = request.match_info["name"]
    if name not in core.example_names():
        raise web.HTTPNotFound(text="there is no such example picture.")
    body = encode_jpeg(core.example_image(name), SHOWN_SIDE)
    return web.Response(body=body, content_type="image/jpeg")


def _after(entry: str) -> str:
    return entry.removeprefix(EXAMPLE)
