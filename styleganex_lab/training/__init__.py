"""Training on rendered portraits or photos: recipes, data, objectives and resumable loops."""

from .command import add_train_arguments, run, run_train
from .recipes import RECIPES, Recipe, Stage, find_recipe
from .task_command import Sources, export_task, run_task_recipe
from .task_recipes import TASK_RECIPES, find_task_recipe
from .task_settings import TaskRecipe

__all__ = [
    "RECIPES",
    "TASK_RECIPES",
    "Recipe",
    "Sources",
    "Stage",
    "TaskRecipe",
    "add_train_arguments",
    "export_task",
    "find_recipe",
    "find_task_recipe",
    "run",
    "run_task_recipe",
    "run_train",
]
