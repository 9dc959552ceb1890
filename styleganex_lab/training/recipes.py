"""What each training run does: small frozen settings, one instance per run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, GeneratorConfig

DEMO_GENERATOR = GeneratorConfig(
    size=256, style_dim=64, channels=(80, 80, 80, 80, 48, 32, 16), mapping_layers=1
)
DEMO_ENCODER = EncoderConfig(
    num_slots=14,
    style_dim=64,
    feature_channels=80,
    stem_width=16,
    widths=(16, 32, 48, 64),
    squeezes=(4, 4, 4, 8),
    head_width=96,
    style_side=256,
    grouped_heads=True,
    mean_heads=True,
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
    pairs: bool = False  # generators only: every second person differs in one attribute
    absolute: float = 0.0  # weight of the absolute error
    jitter: bool = False  # faces that are not moved are off by as much as a detector is
    texture: float = 0.0  # share of pictures with a textured background
    looks: tuple[str, ...] = ()  # other styles, in each of which an eighth of the pictures is drawn
    worn: bool = False  # every picture comes once more, blurred, quantised and noisy
    image: float = 0.0  # encoder only: weight of the error of the decoded picture
    feature: float = 1.0  # encoder only: weight of the error of `f`
    seen: float = 0.0  # encoder only: weight of what the errors of styles change in the picture
    probe: bool = False  # encoder only: learn styles through a linear probe, not the style heads
    cached: bool = False  # encoder only: the first blocks are frozen and run once per picture
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
    goes_on: bool = False  # an encoder that begins with the start's own


_SMALL = Stage(
    steps=6000, side=32, rate=2e-2, last_rate=4e-3, pairs=True, half=True, pictures=12288
)
_MOVED = Stage(
    steps=2400,
    side=64,
    rate=8e-3,
    last_rate=3e-3,
    pairs=True,
    dense=True,
    moved=0.7,
    half=True,
    pictures=8192,
)
_MOVED_128 = replace(_MOVED, steps=800, side=128, rate=6e-3, last_rate=2e-3, pictures=2560)
_MOVED_256 = replace(
    _MOVED, steps=500, side=256, batch=4, rate=4e-3, last_rate=3e-4, pictures=640, absolute=0.3
)
# On from the finished photo generator; the bundled one had been through a shorter run before.
_MORE = (
    replace(_MOVED, steps=7500, rate=6e-3, last_rate=1.5e-3, pictures=20480),
    replace(_MOVED_128, steps=2600, rate=4e-3, last_rate=1e-3, pictures=7168),
    replace(_MOVED_256, steps=1500, rate=3e-3, last_rate=1.5e-4, pictures=3072),
)
_DOMAIN = (
    replace(_MOVED, steps=2000, rate=1e-2),
    replace(_MOVED_128, steps=500),
    replace(_MOVED_256, steps=300, pictures=1024),
)
_SCENE = Stage(
    steps=1000,
    side=256,
    rate=1.5e-2,
    last_rate=3e-3,
    moved=0.5,
    jitter=True,
    texture=0.5,
    probe=True,
    half=True,
    pictures=3072,
)
_HEADS = replace(
    _SCENE,
    steps=1600,
    batch=16,
    rate=6e-3,
    last_rate=4e-4,
    probe=False,
    cached=True,
    moved=0.25,
    looks=("painting", "toon"),
    worn=True,
    pictures=5120,
)
# What is little seen has been learned; now errors count by what they do to the picture.
_SEEN = replace(_HEADS, steps=1500, rate=2.5e-3, last_rate=1.5e-4, seen=20.0, feature=5.0)
# Held-out pictures stop gaining after some 500 steps on the same people: new ones come three times.
_SEEN_MORE = tuple(
    replace(_SEEN, steps=450, rate=rate, last_rate=last_rate, pictures=3072)
    for rate, last_rate in ((2e-3, 1.2e-3), (1.2e-3, 5e-4), (5e-4, 1e-4))
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("photo-start", "generator", (_SMALL,)),
        Recipe(
            "photo",
            "domain",
            (
                replace(_SMALL, steps=2400, side=64, rate=1.5e-2, last_rate=6e-3, pictures=8192),
                _MOVED,
                _MOVED_128,
                _MOVED_256,
            ),
        ),
        Recipe("photo-more", "domain", _MORE),
        Recipe("toon", "domain", _DOMAIN, style="toon"),
        Recipe("ink", "domain", _DOMAIN, style="ink"),
        Recipe("encoder", "encoder", (_SCENE, _HEADS, _SEEN), save_every=100),
        Recipe("encoder-more", "encoder", _SEEN_MORE, save_every=100, goes_on=True),
    )
}


def find_recipe(name: str | Recipe) -> Recipe:
    """The recipe of that name, or itself. Raises StyleGANEXError, listing the names, for others."""
    if isinstance(name, Recipe):
        return name
    if name not in RECIPES:
        raise StyleGANEXError(f'no recipe "{name}"; there is {", ".join(RECIPES)}.')
    return RECIPES[name]
