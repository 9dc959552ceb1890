"""Training on rendered portraits: recipes, data, objectives and a resumable loop."""

from .command import add_train_arguments, run, run_train
from .recipes import RECIPES, Recipe, Stage, find_recipe

__all__ = [
    "RECIPES",
    "Recipe",
    "Stage",
    "add_train_arguments",
    "find_recipe",
    "run",
    "run_train",
]
