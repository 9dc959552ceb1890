"""What the task models train on and for: small frozen settings, one instance per run.

The recipes of the paper (SPEC section 9) train at full size on a user's photos; those that begin
with "demo-" make the bundled models from rendered scenes within an hour of one core.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ..errors import StyleGANEXError
from ..networks import GeneratorConfig
from .recipes import DEMO_GENERATOR

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


# SPEC section 9; the numbers are the paper's or its code's.
_PAPER = Phase(100_000)
_WHOLE = (256, 256)  # no random crop
_FROM_LABELS_LOSSES = Losses(style_norm=0.005)
_ADVERSARIAL = replace(_PAPER, batch=4, losses=Losses(adversarial=0.1))
_CHANGED = replace(_PAPER, batch=2, crop=_WHOLE, losses=Losses(adversarial=0.1, flicker=30.0))
_SUPER = TaskRecipe(
    "super-resolution", "super-resolution", (_ADVERSARIAL,), skips=2, factors=(4, 8, 16, 32, 64)
)
_PAPER_RECIPES = (
    TaskRecipe(
        "pretrain",
        "inversion",
        (
            Phase(
                2000,
                crop=_WHOLE,
                learns=(("encoder.feature_head", 1.0), ("encoder.rgb_start_head", 1.0)),
                losses=Losses(pixel=10.0, perceptual=1.0, perceptual_side=512),
            ),
        ),
        side=256,
        affine=0.0,
        train_statistics=False,
        optimizer="adam",
    ),
    TaskRecipe(
        "inversion",
        "inversion",
        (replace(_PAPER, losses=Losses(style_norm=0.001, identity=0.1)),),
        mirror=0.5,
    ),
    TaskRecipe("sketch", "sketch", (replace(_PAPER, losses=_FROM_LABELS_LOSSES),), skips=1),
    TaskRecipe("mask", "mask", (replace(_PAPER, losses=_FROM_LABELS_LOSSES),), skips=2),
    replace(_SUPER, name="super-resolution-32x", skips=4, factors=(32,)),
    replace(_SUPER, name="super-resolution-8x", skips=4, factors=(8,)),
    replace(_SUPER, name="super-resolution-4x", skips=4, factors=(4,)),
    _SUPER,
    replace(_SUPER, name="super-resolution-blind", blind=True),
    TaskRecipe(
        "edit", "edit", (_CHANGED,), skips=7, gate_layers=2, attributes=("editing_w",), side=256
    ),
    TaskRecipe("toonify", "toonify", (replace(_CHANGED, steps=55_000),), skips=7, side=256),
)
# StyleGAN2's own settings; a domain learns slowly and keeps what styles mean.
_GAN = Phase(
    100_000,
    batch=16,
    rate=2e-3,
    last_rate=2e-3,
    learns=(("generator", 1.0),),
    losses=Losses(pixel=0.0, perceptual=0.0, adversarial=1.0),
    crop=(1024, 1024),
)
_CONFIG_F = GeneratorConfig(1024, 512, (512, 512, 512, 512, 512, 256, 128, 64, 32))
_GAN_RECIPE = TaskRecipe(
    "generator",
    "generator",
    (_GAN,),
    generator=_CONFIG_F,
    affine=0.0,
    mirror=0.5,
    side=256,
    optimizer="adam",
    betas=(0.0, 0.99),
    critic_betas=(0.0, 0.99),
)
_DOMAIN_KEPT = (("generator", 1.0), ("generator.mapping", 0.0), ("generator.constant", 0.0))
_GAN_RECIPES = (
    _GAN_RECIPE,
    replace(_GAN_RECIPE, name="small-generator", generator=DEMO_GENERATOR),
    replace(
        _GAN_RECIPE,
        name="domain",
        generator=None,
        phases=(
            replace(_GAN, steps=2000, batch=4, rate=5e-4, last_rate=5e-4, learns=_DOMAIN_KEPT),
        ),
        save_every=200,
    ),
)

# Demo: the trunk's deeper features stay those of the photo encoder (teacher), so that its `f` and
# its style heads go on working while the shallow ones learn to serve the skips.
_SKIPPED = (("fusions", 1.0), ("encoder", 0.15), ("encoder.style_heads", 0.0))
_RENDERED = Losses(pixel=4.0, perceptual=0.3, features=0.1, teacher=0.05)
_DEMO = Phase(
    steps=800,
    batch=8,
    rate=1.5e-3,
    last_rate=2e-4,
    learns=_SKIPPED,
    losses=_RENDERED,
    crop=(128, 160),
    styles_from="start",
)
_DEMO_RECIPE = TaskRecipe(
    "demo",
    "inversion",
    (_DEMO,),
    skips=6,
    side=256,
    affine=0.0,
    train_statistics=False,
    optimizer="adam",
    decay=0.99,
    save_every=100,
    pictures=768,
    half=True,
)

# What enlarges a picture is the generator's last layers: in super-resolution they learn too.
_LAST_LAYERS = tuple(
    (f"generator.{part}.", 0.5)
    for part in (*(f"layers.{index}" for index in range(7, 13)), "heads.4", "heads.5", "heads.6")
)
_SHARPEN = replace(_DEMO, steps=1000, rate=1e-3, last_rate=5e-5, learns=(*_SKIPPED, *_LAST_LAYERS))
_DEMO_SUPER = replace(
    _DEMO_RECIPE,
    task="super-resolution",
    phases=(_DEMO, _SHARPEN),
    rgb_skips=1,
    fit_rgb=True,
    importance=False,
)
# Sketches and masks: first the front end learns to give the trunk and the style heads what a photo
# would, then fusions and generator learn to draw. The generator learns too,
# unlike the paper's: the demo's takes its colours from early slots, which a sketch cannot fill.
_FRONT = Phase(
    steps=300,
    rate=2e-3,
    last_rate=5e-4,
    learns=(("encoder.label_stem", 1.0), ("encoder", 0.15)),
    losses=Losses(pixel=0.0, perceptual=0.0, features=1.0, styles=0.5, teacher=1.0),
    crop=(128, 160),
    drawn=False,
)
_FROM_LABELS = replace(
    _DEMO,
    steps=500,
    learns=(
        ("fusions", 1.0),
        ("generator", 0.5),
        ("generator.mapping", 0.0),
        ("generator.constant", 0.0),
    ),
    losses=Losses(pixel=4.0, perceptual=0.3),
)
# The looks that late slots ask for are the last to be learned.
_COLOUR = replace(
    _FROM_LABELS,
    steps=1400,
    learns=(*_FROM_LABELS.learns[:1], ("generator", 1.5), *_FROM_LABELS.learns[2:]),
)
_DEMO_LABELS = replace(
    _DEMO_RECIPE,
    phases=(_FRONT, _FROM_LABELS, replace(_FROM_LABELS, steps=700, rate=1e-3), _COLOUR),
    pictures=512,
    own_statistics=0.3,
)
_FUSIONS_ONLY = replace(_DEMO, learns=(("fusions", 1.0),), losses=Losses(pixel=4.0, perceptual=0.3))
_DEMO_CHANGE = replace(
    _DEMO_RECIPE, phases=(_FUSIONS_ONLY, replace(_FUSIONS_ONLY, steps=400, rate=1e-3)), pictures=512
)

TASK_RECIPES: dict[str, TaskRecipe] = {
    recipe.name: recipe
    for recipe in (
        *_PAPER_RECIPES,
        *_GAN_RECIPES,
        replace(_DEMO_SUPER, name="demo-super-resolution-4x", factors=(4,)),
        replace(_DEMO_SUPER, name="demo-super-resolution-8x", factors=(8,)),
        replace(_DEMO_LABELS, name="demo-sketch", task="sketch", skips=5),
        replace(_DEMO_LABELS, name="demo-mask", task="mask", skips=5),
        replace(
            _DEMO_CHANGE,
            name="demo-edit",
            task="edit",
            gate_layers=2,
            attributes=("age", "hair_light"),
        ),
        replace(_DEMO_CHANGE, name="demo-toonify", task="toonify"),
    )
}


def find_task_recipe(name: str | TaskRecipe) -> TaskRecipe:
    """The recipe of that name, or itself. Raises StyleGANEXError, listing the names, for others."""
    if isinstance(name, TaskRecipe):
        return name
    if name not in TASK_RECIPES:
        raise StyleGANEXError(f'no recipe "{name}"; there is {", ".join(TASK_RECIPES)}.')
    return TASK_RECIPES[name]
