"""Training on rendered portraits or photos: recipes of phases, data, objectives, one resumable run.

`recipes` says what is trained and how, `data` where pictures come from, `objectives` what is
minimised, `start` what a run begins with, `optim` how weights move, `run` is the loop; `build` puts
these together, `export` writes model files, `command` is the command line.
"""

from .build import Sources
from .command import add_train_arguments, run_recipe, run_train
from .export import bundle_model, export_task
from .recipes import RECIPES, Phase, Recipe, find_recipe

__all__ = [
    "RECIPES",
    "Phase",
    "Recipe",
    "Sources",
    "add_train_arguments",
    "bundle_model",
    "export_task",
    "find_recipe",
    "run_recipe",
    "run_train",
]
