"""What each training run does: small frozen settings, one instance per run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import StyleGANEXError
from ..networks import EncoderConfig, GeneratorConfig

DEMO_GENERATOR = GeneratorConfig(
    size=256, style_dim=64, channels=(80, 80, 80, 80, 48, 24, 12), mapping_layers=1
)
DEMO_ENCODER = EncoderConfig(
    num_slots=14,
    style_dim=64,
    feature_channels=80,
    stem_width=16,
    widths=(16, 16, 32, 64),
    squeezes=(4, 4, 4, 8),
    head_width=32,
)


@dataclass(frozen=True)
class Stage:
    """A stretch of training with one kind of picture.

    `side`: px of the rendered face square; below the generator's size only the layers up to it
    run. `cells`: height and width of the first-layer feature, so that the picture is `cells` / 32
    of the face square. `moved`: share of pictures whose face (and constant) is moved, turned and
    scaled; needs the dense form. `pictures`: how many are rendered before the stage begins; they
    are drawn at random.
    """

    steps: int
    side: int
    batch: int = 8
    rate: float = 4e-3
    last_rate: float = 4e-4
    dense: bool = False
    moved: float = 0.0
    cells: tuple[int, int] = (32, 32)
    absolute: float = 0.0  # weight of the absolute error
    image: float = 0.0  # encoder only: weight of the error of the decoded picture
    styles: bool = True  # encoder only: learn styles, not only `f`
    fit_heads: bool = False  # encoder only: begin by fitting the style heads in closed form
    heads_only: bool = False  # encoder only: what makes `f` stays as it is
    frozen_statistics: bool = False  # batch norms use what they have stored
    half: bool = False  # convolutions in bfloat16
    pictures: int = 8192


@dataclass(frozen=True)
class Recipe:
    """A training run: what is trained, on pictures of which style, through which stages."""

    name: str
    trains: str  # "generator", "domain" (a generator with frozen mapping) or "encoder"
    stages: tuple[Stage, ...]
    style: str = "photo"
    generator: GeneratorConfig = DEMO_GENERATOR
    encoder: EncoderConfig = DEMO_ENCODER
    decay: float = 0.99  # of the moving average of the weights
    save_every: int = 200  # steps


_SMALL = Stage(steps=2000, side=32, rate=5e-3, last_rate=4e-3, half=True, pictures=12288)
_MOVED = Stage(
    steps=1200,
    side=64,
    rate=2e-3,
    last_rate=1.5e-3,
    dense=True,
    moved=0.7,
    half=True,
    pictures=8192,
)
_MOVED_STAGES = (
    _MOVED,
    replace(_MOVED, steps=400, side=128, pictures=2048, last_rate=1e-3),
    replace(_MOVED, steps=160, side=256, batch=4, pictures=512, last_rate=5e-4, absolute=0.3),
)
_SCENE = Stage(
    steps=3000, side=256, batch=8, rate=2e-3, last_rate=5e-4, moved=0.7, half=True, pictures=2048
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("photo-start", "generator", (_SMALL,)),
        Recipe(
            "photo",
            "domain",
            (
                replace(_SMALL, steps=1600, side=64, rate=4e-3, last_rate=2e-3),
                *_MOVED_STAGES,
                replace(_MOVED, steps=1040, last_rate=1e-3),  # once more, finer
                replace(_MOVED_STAGES[1], steps=250, rate=1.5e-3, last_rate=8e-4),
                replace(_MOVED_STAGES[2], steps=220, rate=1e-3, last_rate=2e-4),
            ),
        ),
        Recipe(
            "toon",
            "domain",
            (
                replace(_MOVED, steps=900, rate=3e-3, last_rate=2e-3, pictures=6144),
                replace(_MOVED_STAGES[1], steps=250, pictures=1536),
                replace(_MOVED_STAGES[2], steps=120, pictures=384),
                replace(_MOVED_STAGES[2], steps=160, pictures=384, rate=1e-3, last_rate=2e-4),
            ),
            style="toon",
        ),
        Recipe(
            "encoder",
            "encoder",
            (
                replace(_SCENE, steps=2500, cells=(24, 24), styles=False),
                replace(
                    _SCENE,
                    steps=1200,
                    batch=16,
                    rate=6e-4,
                    last_rate=3e-5,
                    moved=0.5,
                    fit_heads=True,
                    heads_only=True,
                    frozen_statistics=True,
                ),
            ),
            save_every=100,
        ),
    )
}


def find_recipe(name: str | Recipe) -> Recipe:
    """The recipe of that name, or itself. Raises StyleGANEXError, listing the names, for others."""
    if isinstance(name, Recipe):
        return name
    if name not in RECIPES:
        raise StyleGANEXError(f'no recipe "{name}"; there is {", ".join(RECIPES)}.')
    return RECIPES[name]
