"""What each training run does, by name. A new recipe is one `Recipe`, added to a tuple here."""

from __future__ import annotations

from styleganex_core.errors import StyleGANEXError

from .demo import DEMO_RECIPES
from .demo_tasks import DEMO_TASK_RECIPES
from .paper import PAPER_RECIPES
from .real import REAL_RECIPES
from .settings import (
    Crops,
    DataSettings,
    DomainLosses,
    EncoderLosses,
    Losses,
    Networks,
    Optimisation,
    Part,
    Phase,
    PortraitLosses,
    Portraits,
    RealLosses,
    Recipe,
)

__all__ = [
    "RECIPES",
    "Crops",
    "DataSettings",
    "DomainLosses",
    "EncoderLosses",
    "Losses",
    "Networks",
    "Optimisation",
    "Part",
    "Phase",
    "PortraitLosses",
    "Portraits",
    "RealLosses",
    "Recipe",
    "find_recipe",
]

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (*DEMO_RECIPES, *PAPER_RECIPES, *DEMO_TASK_RECIPES, *REAL_RECIPES)
}


def find_recipe(name: str | Recipe) -> Recipe:
    """The recipe of that name, or itself. Raises StyleGANEXError, listing the names, for others."""
    if isinstance(name, Recipe):
        return name
    if name not in RECIPES:
        raise StyleGANEXError(f'there is no recipe "{name}"; choose one of {", ".join(RECIPES)}.')
    return RECIPES[name]
