"""`python -m styleganex_lab`: train, learn edits, evaluate, render people with truth, queue graphs.

Every command exits with 0 when it did its job and with 2 after a sentence saying why not; a queue
with 1 when some of its items are not done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from styleganex_core.console import progress_bar, run_command, say

from .batch import add_queue_arguments, run_queue
from .evaluation import add_evaluate_arguments, run_evaluate
from .portraits.command import add_portraits_arguments, run_portraits
from .training import add_train_arguments, run_train
from .training.average_command import add_average_arguments, run_average
from .training.command import add_direction_arguments, run_direction


def main(arguments: Sequence[str] | None = None) -> int:
    return run_command(_parser(), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m styleganex_lab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a model on rendered portraits or a folder")
    add_train_arguments(train)
    train.set_defaults(run=run_train)

    direction = commands.add_parser("direction", help="learn an edit vector through a reader")
    add_direction_arguments(direction)
    direction.set_defaults(run=lambda given: run_direction(given, progress_bar("steps"), say))

    averages = commands.add_parser("averages", help="measure how faces change with age or gender")
    add_average_arguments(averages)
    averages.set_defaults(run=lambda given: run_average(given, progress_bar("faces"), say))

    evaluate = commands.add_parser("evaluate", help="measure a model on photos, clips or renders")
    add_evaluate_arguments(evaluate)
    evaluate.set_defaults(run=lambda options: print(run_evaluate(options, progress_bar, say)))

    portraits = commands.add_parser("portraits", help="render people with truth into a folder")
    add_portraits_arguments(portraits)
    portraits.set_defaults(run=run_portraits)

    queue = commands.add_parser("queue", help="run a ComfyUI graph on many pictures or seeds")
    add_queue_arguments(queue)
    queue.set_defaults(run=lambda options: run_queue(options, progress_bar("queue"), say))
    return parser


if __name__ == "__main__":
    sys.exit(main())
