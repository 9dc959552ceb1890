"""How a photo is opened, edited and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .composite.paste import FEATHER
from .errors import StyleGANEXError
from .networks import Model

Region = Literal["head", "face", "crop"]
Paste = Literal["change", "drawing"]
Which = Literal["largest", "left to right", "all", "whole picture"]
Strengths = str | Mapping[str, float]

NEAR_REACH, WIDE_REACH = 128, 256  # px of the crop around the eyes; the paper's is the wide one
SMALL_MODEL = 256  # px: models of up to this size were trained on near crops


@dataclass(frozen=True)
class PhotoSettings:
    """How faces are found in a photo, edited, and put back.

    `which` and `index` choose among several faces as in `select_faces`: "largest", "left to right"
    or "all"; "whole picture" takes the photo as it is, uncropped. `reach` and `upright` as in
    `plan_crop`; a reach of None is what the model was trained with. `layers` as in
    `apply_edit_vector`, `face_strengths`, which single faces have of their own, as in
    `parse_face_strengths`. `steps` of Step II bring the drawing closer to the photo before it is
    edited; 0 for one pass.

    `paste`: the photo with the "change" that the edit makes in the model's drawing, as
    `transfer_edit` carries it over, or the "drawing" itself. `region`: what is put back, the
    "head" with hair and neck, an oval over the "face", or the whole "crop". `feather` and
    `match_colour` as in `paste_face`. `missing`: a photo without a face can "stop" with
    FaceNotFoundError, or "skip" and come back as it was.
    """

    which: Which = "largest"
    index: int = 0
    upright: bool = False
    reach: int | None = None
    layers: str = "all"
    steps: int = 0
    seed: int = 0
    paste: Paste = "change"
    region: Region = "head"
    feather: float = FEATHER
    match_colour: bool = False
    missing: Literal["stop", "skip"] = "stop"
    face_strengths: str = ""

    def __post_init__(self) -> None:
        if self.paste not in ("change", "drawing"):
            raise StyleGANEXError(f'what is pasted is "change" or "drawing"; got {self.paste!r}.')
        if self.region not in ("head", "face", "crop"):
            raise StyleGANEXError(
                f'the region is the "head", the "face" or the "crop"; got {self.region!r}.'
            )


def default_reach(model: Model) -> int:
    """px around the eyes, 64 px apart, that a crop for this model shows."""
    return NEAR_REACH if model.config.generator.size <= SMALL_MODEL else WIDE_REACH
