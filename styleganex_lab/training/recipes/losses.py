"""What a phase minimises: the weights of its terms, one frozen class for each kind of run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Styles = Literal["encoder", "start", "truth"]


@dataclass(frozen=True)
class PortraitLosses:
    """A generator against renders: weights beside those of the squared error and the gradients'.

    `absolute`: of the absolute error; `change`: of the error of the change within pairs. `dense`:
    the generator runs in its dilated form.
    """

    absolute: float = 0.0
    change: float = 0.0
    dense: bool = False


@dataclass(frozen=True)
class EncoderLosses:
    """An encoder against the truth of renders; the style error has weight 1.

    `feature`: weight of the error of `f`; `image`: of the decoded picture; `visible`: of what the
    errors of styles change in the picture. `probe`: styles are learned through a linear probe, not
    the style heads. `cached`: the first blocks rest and run once per picture.
    """

    feature: float = 1.0
    image: float = 0.0
    visible: float = 0.0
    probe: bool = False
    cached: bool = False


@dataclass(frozen=True)
class Losses:
    """A whole model: the weight of each term; a term of weight 0 is not computed.

    `features`, `styles`: the encoder's `f` and codes against the truth of rendered pictures.
    `teacher`: the encoder's features of the input against those that the encoder it started from
    has of the target. `perceptual_side`: px at which LPIPS looks; 0: the picture's own.
    `importance`: features of rendered faces (eyes, mouth) count more in the pixel loss.
    `styles_from`: where the styles come from: "encoder", the style picture encoded at each step;
    "start", encoded once when the phase begins; "truth", those that a rendered picture was made
    from. `drawn`: whether pictures are decoded at all; else only the encoder's terms count.
    """

    pixel: float = 1.0
    perceptual: float = 0.8
    style_norm: float = 0.0
    identity: float = 0.0
    adversarial: float = 0.0
    flicker: float = 0.0
    features: float = 0.0
    styles: float = 0.0
    teacher: float = 0.0
    perceptual_side: int = 0
    importance: bool = True
    styles_from: Styles = "encoder"
    drawn: bool = True


@dataclass(frozen=True)
class RealLosses:
    """Photos of people and pairs of renders together: weights, and chances within each batch.

    `pixel`, `perceptual`: of photos; `renders`, `renders_perceptual`: of renders; `change`: of what
    differs within a pair; `edits`, `edits_perceptual`: of photos edited with skips, against the
    same edit without them; `gates`: of gates against where edits draw other shapes; `styles`:
    against the renders' truth; `features`: of how far the `f` of photos is from the moved constant.
    `features_used`: chance that a picture's own `f` is drawn, else the moved constant;
    `skips_used`: that it is drawn with skips; `gated`: that they pass their gate although nothing
    is edited; `true_styles`: that a pair is drawn from its true styles, not from those that the
    encoder found.
    """

    pixel: float = 4.0
    perceptual: float = 0.4
    renders: float = 2.0
    renders_perceptual: float = 0.2
    change: float = 0.08
    edits: float = 0.08
    edits_perceptual: float = 0.05
    gates: float = 0.7
    styles: float = 0.2
    features: float = 0.002
    features_used: float = 0.75
    skips_used: float = 0.75
    gated: float = 0.4
    true_styles: float = 0.5


@dataclass(frozen=True)
class DomainLosses:
    """Photos and renders as a domain draws them: weights, and chances of each picture.

    `pixel`, `perceptual`: of both. `skips_used`: chance that a picture is drawn with the photo
    model's skips; `features_used`: that of the others its own `f` is drawn, else the moved
    constant.
    """

    pixel: float = 4.0
    perceptual: float = 0.4
    skips_used: float = 0.7
    features_used: float = 0.7
