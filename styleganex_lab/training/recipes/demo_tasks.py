"""How the bundled task models are made: from rendered scenes, within an hour of one core each."""

from __future__ import annotations

from dataclasses import replace

from .settings import Crops, DataSettings, Losses, Networks, Optimisation, Phase, Recipe

# Demo: the trunk's deeper features stay those of the photo encoder (teacher), so that its `f` and
# its style heads go on working while the shallow ones learn to serve the skips.
_SKIPPED = (("fusions", 1.0), ("encoder", 0.15), ("encoder.style_heads", 0.0))
_RENDERED = Losses(pixel=4.0, perceptual=0.3, features=0.1, teacher=0.05, styles_from="start")
_PLAIN = Losses(pixel=4.0, perceptual=0.3, styles_from="start")
_DEMO = Phase(
    steps=800,
    batch=8,
    rate=1.5e-3,
    last_rate=2e-4,
    learns=_SKIPPED,
    losses=_RENDERED,
    pictures=Crops(128, 160),
)
_NETWORKS = Networks(skips=6, train_statistics=False)
_DATA = DataSettings(side=256, affine=0.0, count=768)
_DEMO_RECIPE = Recipe(
    "demo",
    "inversion",
    (_DEMO,),
    networks=_NETWORKS,
    data=_DATA,
    optimisation=Optimisation("adam", decay=0.99),
    save_every=100,
    half=True,
)

# What enlarges a picture is the generator's last layers: in super-resolution they learn too.
LAST_LAYERS = tuple(
    f"generator.{part}."
    for part in (*(f"layers.{index}" for index in range(7, 13)), "heads.4", "heads.5", "heads.6")
)
_ENLARGE = replace(_DEMO, losses=replace(_RENDERED, importance=False))
_SHARPEN = replace(
    _ENLARGE,
    steps=1000,
    rate=1e-3,
    last_rate=5e-5,
    learns=(*_SKIPPED, *((part, 0.5) for part in LAST_LAYERS)),
)
_DEMO_SUPER = replace(
    _DEMO_RECIPE,
    task="super-resolution",
    phases=(_ENLARGE, _SHARPEN),
    networks=replace(_NETWORKS, rgb_skips=1, fit_rgb=True),
)
# Sketches and masks: first the front end learns to give the trunk and the style heads what a photo
# would, then fusions and generator learn to draw. The generator learns too,
# unlike the paper's: the demo's takes its colours from early slots, which a sketch cannot fill.
_FRONT = Phase(
    steps=300,
    rate=2e-3,
    last_rate=5e-4,
    learns=(("encoder.label_stem", 1.0), ("encoder", 0.15)),
    losses=Losses(pixel=0.0, perceptual=0.0, features=1.0, styles=0.5, teacher=1.0, drawn=False),
    pictures=Crops(128, 160),
)
_KEPT = (("generator.mapping", 0.0), ("generator.constant", 0.0))  # what styles and places mean
_FROM_LABELS = replace(
    _DEMO,
    steps=500,
    learns=(("fusions", 1.0), ("generator", 0.5), *_KEPT),
    losses=_PLAIN,
)
# The looks that late slots ask for are the last to be learned.
_COLOUR = replace(_FROM_LABELS, steps=1400, learns=(("fusions", 1.0), ("generator", 1.5), *_KEPT))
_DEMO_LABELS = replace(
    _DEMO_RECIPE,
    phases=(_FRONT, _FROM_LABELS, replace(_FROM_LABELS, steps=700, rate=1e-3), _COLOUR),
    networks=replace(_NETWORKS, skips=5, own_statistics=0.3),
    data=replace(_DATA, count=512),
)
_FUSIONS_ONLY = replace(_DEMO, learns=(("fusions", 1.0),), losses=_PLAIN)
_DEMO_CHANGE = replace(
    _DEMO_RECIPE,
    phases=(_FUSIONS_ONLY, replace(_FUSIONS_ONLY, steps=400, rate=1e-3)),
    data=replace(_DATA, count=512),
)


def _super(factor: int) -> Recipe:
    name = f"demo-super-resolution-{factor}x"
    return replace(_DEMO_SUPER, name=name, data=replace(_DATA, factors=(factor,)))


def _go_on(recipe: Recipe, steps: int) -> Recipe:
    """The last phase once more, from a finished model of the task."""
    last = replace(recipe.phases[-1], steps=steps)
    networks = replace(recipe.networks, fit_rgb=False)
    return replace(recipe, name=f"{recipe.name}-more", phases=(last,), networks=networks)


_FIRST = (
    _super(4),
    _super(8),
    replace(_DEMO_LABELS, name="demo-sketch", task="sketch"),
    replace(_DEMO_LABELS, name="demo-mask", task="mask"),
    replace(
        _DEMO_CHANGE,
        name="demo-edit",
        task="edit",
        networks=replace(_NETWORKS, gate_layers=2),
        data=replace(_DEMO_CHANGE.data, attributes=("age", "hair_light")),
    ),
    replace(_DEMO_CHANGE, name="demo-toonify", task="toonify"),
)
# After the photo model was renewed: what hangs on it is fitted to it again (scripts/renew_demo.py).
_MORE_STEPS = {"super-resolution": 400, "sketch": 1000, "mask": 1000, "edit": 400, "toonify": 400}
# Labels of real people: the front end learns what sketches and maps of photos look like, and the
# generator to draw people; every second picture stays a render.
_FROM_PEOPLE = Phase(
    steps=1500,
    batch=6,
    rate=1e-3,
    last_rate=5e-5,
    learns=(
        ("encoder.label_stem", 1.0),
        ("encoder", 0.15),
        ("fusions", 1.0),
        ("generator", 1.0),
        *_KEPT,
    ),
    losses=Losses(pixel=4.0, perceptual=0.4, styles=0.1, teacher=0.02),
    pictures=Crops(160, 224),
)


# Photos edited in place by the photo model, or drawn as toons by filters: the fusions carry what
# the generator does not know, and its last layers draw it.
_CHANGED_PEOPLE = replace(
    _FROM_PEOPLE,
    steps=800,
    learns=(("fusions", 1.0), *((part, 0.5) for part in LAST_LAYERS)),
    losses=Losses(pixel=4.0, perceptual=0.4, styles_from="start"),
)


def _with_people(recipe: Recipe) -> Recipe:
    """Photos beside renders, from a finished model of the task."""
    data = replace(recipe.data, beside=True)
    phase = _FROM_PEOPLE if recipe.label_channels else _CHANGED_PEOPLE
    return replace(recipe, name=f"{recipe.name}-people", phases=(phase,), data=data)


_OF_PEOPLE = tuple(recipe for recipe in _FIRST if recipe.task != "super-resolution")
DEMO_TASK_RECIPES = (
    *_FIRST,
    *(_go_on(recipe, _MORE_STEPS[recipe.task]) for recipe in _FIRST),
    *(_with_people(recipe) for recipe in _OF_PEOPLE),
)
