"""The settings of a training run, small and frozen: a recipe is made of phases.

A recipe says which networks are trained, on which data and by which optimiser. A phase is a stretch
of it with one schedule, one kind of pictures and one set of losses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, GeneratorConfig

# "portraits": a generator that draws what the renderer does; "encoder": its encoder, against the
# renders' truth; "generator": a generator against pictures; "real": all networks, on photos of
# people and on renders together; the others: whole models.
Task = Literal[
    "portraits", "encoder", "generator", "real",
    "inversion", "super-resolution", "sketch", "mask", "edit", "toonify",
]  # fmt: skip
Styles = Literal["encoder", "start", "truth"]
Kind = TypeVar("Kind")

FROM_RENDERS = ("portraits", "encoder")  # tasks that need the renderer's truth of every picture
SKETCH_CHANNELS, MASK_CHANNELS = 1, 19


@dataclass(frozen=True)
class Portraits:
    """Pictures that are rendered when a phase begins, each with its style and its place.

    `side`: px of the rendered face square; below the generator's size only the layers up to it
    run. `cells`: height and width of the first-layer feature, so that the picture is `cells` / 32
    of the face square. `moved`: share of pictures whose face (and constant) is moved, turned and
    scaled; a generator then needs the dense form. `pairs`: every second person differs in one
    attribute. `jitter`: faces that are not moved are off by as much as a detector is. `texture`:
    share of pictures with a textured background. `looks`: other styles, in each of which an eighth
    of the pictures is drawn. `degraded`: every picture comes once more, blurred, quantised and
    noisy. `count`: how many are rendered; batches draw from them at random.
    """

    side: int
    cells: tuple[int, int] = (32, 32)
    moved: float = 0.0
    pairs: bool = False
    jitter: bool = False
    texture: float = 0.0
    looks: tuple[str, ...] = ()
    degraded: bool = False
    count: int = 8192


@dataclass(frozen=True)
class Crops:
    """Random crops of the recipe's pictures: smallest and largest side in px, in steps of 8."""

    smallest: int = 256
    largest: int = 320


@dataclass(frozen=True)
class Part:
    """A source of joint batches: the name that `JointData` has it under, and what it gives.

    `batch`: how many pictures of each step are its own.
    """

    source: str
    pictures: Portraits | Crops
    batch: int


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
class Phase:
    """A stretch of training.

    The learning rate rises to `rate` over `warm_up` steps and falls to `last_rate` on half a
    cosine. `learns`: key prefixes of the model (or "*" and an ending) with the gain of their
    learning rate; the longest counts, and what has none is frozen. `rests`: prefixes of what the
    optimiser keeps, but does not move in this phase. `pictures` may name several sources at once.
    """

    steps: int
    batch: int = 8
    rate: float = 1e-4
    last_rate: float = 1e-4
    warm_up: int = 30
    learns: tuple[tuple[str, float], ...] = (("encoder", 1.0), ("fusions", 1.0))
    rests: tuple[str, ...] = ()
    pictures: Portraits | Crops | tuple[Part, ...] = Crops()
    losses: Losses | PortraitLosses | EncoderLosses | RealLosses = Losses()


@dataclass(frozen=True)
class Networks:
    """What is trained. `generator`, `encoder`: sizes of new ones; None: those of the start.

    `skips`: how many skip fusions; `rgb_skips` of them, counted from the last, also mix the picture
    so far; `fit_rgb`: the last of these begins as a linear guess of the target. `gate_layers`:
    linear layers of the attention gate, 0 for none. `train_statistics`: the encoder's batch norms
    gather those of the batches, else they keep the stored ones; `own_statistics`: chance that they
    use each picture's own.
    """

    generator: GeneratorConfig | None = None
    encoder: EncoderConfig | None = None
    skips: int = 0
    rgb_skips: int = 0
    fit_rgb: bool = False
    gate_layers: int = 0
    train_statistics: bool = True
    own_statistics: float = 0.0


@dataclass(frozen=True)
class DataSettings:
    """The pictures of a whole run. `side`: px of the encoded picture; `count`: how many are
    rendered.

    `factors`: how much smaller than the output the inputs of super-resolution are;
    `unknown_degradation`: they come with blur, noise and JPEG of unknown strength instead.
    `attributes`: which edits the pairs differ by. `affine`: chance of each stage of the
    augmentation; `mirror`: chance of being mirrored. `style`: of the renderer. `beside`: every
    second picture is one of `count` renders, the others are a folder's.
    """

    side: int = 320
    count: int = 2048
    factors: tuple[int, ...] = ()
    unknown_degradation: bool = False
    attributes: tuple[str, ...] = ()
    affine: float = 0.2
    mirror: float = 0.0
    style: str = "photo"
    beside: bool = False


@dataclass(frozen=True)
class Optimisation:
    """How weights move. `betas`: of Adam and Muon; `decay`: of the weights' moving average.

    `largest_gradient`: norm to which gradients are cut, None for never. `continuous`: optimiser
    and average go on from phase to phase; else both begin anew with each.
    """

    kind: Literal["ranger", "adam", "muon"] = "ranger"
    betas: tuple[float, float] = (0.9, 0.99)
    discriminator_betas: tuple[float, float] = (0.9, 0.999)
    decay: float = 0.999
    largest_gradient: float | None = 1.0
    continuous: bool = False


@dataclass(frozen=True)
class Recipe:
    """A training run: a name that model files tell, a task and the phases that lead to it.

    `needs_start`: it builds on a trained model or run, which `--start` names. `goes_on`: an
    encoder that begins with the start's own. `half`: on a CPU convolutions run in bfloat16.
    """

    name: str
    task: Task
    phases: tuple[Phase, ...]
    networks: Networks = Networks()
    data: DataSettings = DataSettings()
    optimisation: Optimisation = Optimisation()
    save_every: int = 1000  # steps
    half: bool = False
    needs_start: bool = False
    goes_on: bool = False

    @property
    def label_channels(self) -> int:
        """Channels of the front end T; 0 where the input is a photo."""
        return {"sketch": SKETCH_CHANNELS, "mask": MASK_CHANNELS}.get(self.task, 0)

    @property
    def steps(self) -> int:
        """Of all phases together."""
        return sum(phase.steps for phase in self.phases)

    def with_effort(self, share: float) -> Recipe:
        """The same with a share of the steps, at least one in each phase."""
        phases = [replace(phase, steps=max(1, round(phase.steps * share))) for phase in self.phases]
        return replace(self, phases=tuple(phases))

    @property
    def uses(self) -> frozenset[str]:
        """The names of the losses whose weight is above 0 in some phase."""
        return frozenset(
            name for phase in self.phases for name, weight in vars(phase.losses).items() if weight
        )


def expect(settings: object, kind: type[Kind]) -> Kind:
    """Settings of the kind that an objective needs. Raises StyleGANEXError for others."""
    if not isinstance(settings, kind):
        raise StyleGANEXError(
            f"this task's phases need {kind.__name__} settings; the recipe has "
            f"{type(settings).__name__}. Change the recipe."
        )
    return settings
