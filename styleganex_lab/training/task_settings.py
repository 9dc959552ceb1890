"""The settings of a task's training run: losses, phases and recipes, small and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from styleganex_core.networks import GeneratorConfig

Task = Literal["inversion", "super-resolution", "sketch", "mask", "edit", "toonify", "generator"]
Styles = Literal["encoder", "start", "truth"]

SKETCH_CHANNELS, MASK_CHANNELS = 1, 19


@dataclass(frozen=True)
class Losses:
    """The weight of each term; a term of weight 0 is not computed.

    `features`, `styles`: the encoder's `f` and codes against the truth of rendered pictures.
    `teacher`: the encoder's features of the input against those that the encoder it started from
    has of the target.
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
    perceptual_side: int = 0  # px at which LPIPS looks; 0: the picture's own


@dataclass(frozen=True)
class Phase:
    """A stretch of training.

    `learns`: key prefixes of `Model` with the gain of their learning rate; the longest prefix
    counts, and what has none is frozen. `crop`: smallest and largest side in px of the random
    crops, in steps of 8. `styles_from`: where the styles come from: "encoder", the style picture
    encoded at each step; "start", encoded once when the phase begins; "truth", those that a
    rendered picture was made from.
    """

    steps: int
    batch: int = 8
    rate: float = 1e-4
    last_rate: float = 1e-4
    learns: tuple[tuple[str, float], ...] = (("encoder", 1.0), ("fusions", 1.0))
    losses: Losses = Losses()
    crop: tuple[int, int] = (256, 320)
    styles_from: Styles = "encoder"
    warm_up: int = 30  # steps in which the rate rises to `rate`
    drawn: bool = True  # False: nothing is decoded, only the encoder's terms count


@dataclass(frozen=True)
class TaskRecipe:
    """A training run of a whole model.

    `factors`: how much smaller than the output the inputs of super-resolution are. `skips`: how
    many skip fusions; `rgb_skips` of them, counted from the last, also mix the picture so far.
    `gate_layers`: linear layers of the attention gate, 0 for none. `attributes`: of the edits.
    `side`: px of the encoded picture. `affine`: chance of each stage of the augmentation.
    `pictures`: how many are rendered.
    """

    name: str
    task: Task
    phases: tuple[Phase, ...]
    skips: int = 0
    rgb_skips: int = 0
    gate_layers: int = 0
    factors: tuple[int, ...] = ()
    attributes: tuple[str, ...] = ()
    side: int = 320
    affine: float = 0.2
    mirror: float = 0.0  # chance
    blind: bool = False  # super-resolution: blur, noise and JPEG of unknown strength
    train_statistics: bool = True  # batch norms gather those of the batches; else keep the stored
    generator: GeneratorConfig | None = None  # of a generator from scratch
    optimizer: Literal["ranger", "adam", "muon"] = "ranger"
    betas: tuple[float, float] = (0.9, 0.99)  # of Adam and Muon
    critic_betas: tuple[float, float] = (0.9, 0.999)
    decay: float = 0.999  # of the moving average of the weights
    save_every: int = 1000  # steps
    pictures: int = 2048
    own_statistics: float = 0.0  # chance that batch norms use each picture's own statistics
    importance: bool = True  # rendered features (eyes, mouth) count more in the pixel loss
    fit_rgb: bool = False  # begin with the last skip as a linear guess of the target
    half: bool = False  # on a CPU: convolutions in bfloat16

    @property
    def label_channels(self) -> int:
        """Channels of the front end T; 0 where the input is a photo."""
        return {"sketch": SKETCH_CHANNELS, "mask": MASK_CHANNELS}.get(self.task, 0)

    @property
    def steps(self) -> int:
        return sum(phase.steps for phase in self.phases)
