"""The settings of a training run, small and frozen: a recipe is made of phases.

A recipe says which networks are trained, on which data and by which optimiser. A phase is a stretch
of it with one schedule, one kind of pictures and one set of losses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, GeneratorConfig

from .losses import DomainLosses, EncoderLosses, Losses, PortraitLosses, RealLosses

# "portraits": a generator that draws what the renderer does; "encoder": its encoder, against the
# renders' truth; "generator": a generator against pictures; "real": all networks, on photos of
# people and on renders together; "domain": a generator on both, as another domain draws them; the
# others: whole models.
Task = Literal[
    "portraits", "encoder", "generator", "real", "domain",
    "inversion", "super-resolution", "sketch", "mask", "edit", "toonify",
]  # fmt: skip
Kind = TypeVar("Kind")

FROM_RENDERS = ("portraits", "encoder")  # tasks that need the renderer's truth of every picture
FROM_PEOPLE = ("real", "domain")  # tasks that need aligned portraits of real people
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
    losses: Losses | PortraitLosses | EncoderLosses | RealLosses | DomainLosses = field(
        default_factory=Losses
    )


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
    def makes_targets(self) -> bool:
        """Whether what photos shall become is made of them, as nobody has drawn it."""
        return self.data.beside and not self.label_channels

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
