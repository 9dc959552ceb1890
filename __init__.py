"""ComfyUI's way in: the folder of web files and the extension with our nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import StyleGANEXExtension

WEB_DIRECTORY = "./web"


async def comfy_entrypoint() -> StyleGANEXExtension:
    """The extension; imported here, so that tests can collect this folder without ComfyUI."""
    from .nodes import StyleGANEXExtension

    return StyleGANEXExtension()
