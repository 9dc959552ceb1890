"""StyleGANEX in pure torch: edit faces in ordinary, uncropped pictures.

Pictures are float [B, 3, H, W] in -1..1, RGB. `edit_photo(photo, {"smile": 1.5})` gives the whole
photo back, edited in place. Step by step the flow is `load_model`, `crop_faces`, `encode_face`,
`optimize_latents`, `apply_edit_vectors`, `decode_latents`, `paste_faces`.

Everything else is in a group:

- photos: `photo` (the steps of `edit_photo`), `crop`, `composite`, `images`, `alpha`
- clips: `video`
- latents: `encode`, `latents`, `labelled_vectors`, `layers`, `decode`, `datatypes`,
  `edit_ranges`
- sketches, label maps, super-resolution: `tasks`
- reading faces (who, how old, which expression): `readers`
- files and networks: `checkpoints`, `networks`, `demo` (what is bundled)
- for front ends such as the nodes: `contact_sheet`, `errors`, `names`, `patience`, `ranges`,
  `time_left`

All names of 0.1.0 can still be imported from here as well.
"""

from __future__ import annotations

from . import (
    alpha,
    checkpoints,
    composite,
    contact_sheet,
    crop,
    datatypes,
    decode,
    demo,
    edit_ranges,
    encode,
    errors,
    first_release,
    images,
    labelled_vectors,
    latents,
    layers,
    names,
    networks,
    patience,
    photo,
    ranges,
    readers,
    tasks,
    time_left,
    video,
)
from .checkpoints import load_model, save_model
from .composite import paste_faces
from .crop import crop_faces
from .datatypes import FaceCrop, Latents
from .decode import decode_latents
from .demo import example_image, load_demo
from .encode import OptimizeSettings, encode_face, optimize_latents
from .errors import CheckpointError, FaceNotFoundError, ShapeError, StyleGANEXError
from .first_release import *  # noqa: F403
from .images import load_image, to_bchw, to_bhwc, to_pil
from .latents import apply_edit_vectors
from .networks import Model
from .photo import PhotoSettings
from .photo_edit import edit_photo
from .video import edit_video

__version__ = "0.1.0"

# The front page.
__all__ = [
    "CheckpointError",
    "FaceCrop",
    "FaceNotFoundError",
    "Latents",
    "Model",
    "OptimizeSettings",
    "PhotoSettings",
    "ShapeError",
    "StyleGANEXError",
    "apply_edit_vectors",
    "crop_faces",
    "decode_latents",
    "edit_photo",
    "edit_video",
    "encode_face",
    "example_image",
    "load_demo",
    "load_image",
    "load_model",
    "optimize_latents",
    "paste_faces",
    "save_model",
    "to_bchw",
    "to_bhwc",
    "to_pil",
]

# The groups.
__all__ += [
    "alpha",
    "checkpoints",
    "composite",
    "contact_sheet",
    "crop",
    "datatypes",
    "decode",
    "demo",
    "edit_ranges",
    "encode",
    "errors",
    "images",
    "labelled_vectors",
    "latents",
    "layers",
    "names",
    "networks",
    "patience",
    "photo",
    "ranges",
    "readers",
    "tasks",
    "time_left",
    "video",
]
__all__ += first_release.__all__
