"""Figures: metrics, readers of rendered faces, the paper's tables for any model."""

from .command import add_evaluate_arguments, run_evaluate

__all__ = ["add_evaluate_arguments", "run_evaluate"]
