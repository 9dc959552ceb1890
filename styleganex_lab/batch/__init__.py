"""A shared graph over many pictures and seeds, spread over ordinary ComfyUI servers."""

from .command import add_queue_arguments, run_queue

__all__ = ["add_queue_arguments", "run_queue"]
