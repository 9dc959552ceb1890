"""`python -m styleganex_lab queue`: a shared graph, or the plain core, over many pictures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from styleganex_core.errors import StyleGANEXError, echo

from .engines import add_engine_arguments, open_engine
from .feeder import BESIDE, GraphJob
from .graph import (
    Graph,
    find_image_nodes,
    find_seed_inputs,
    load_graph,
    parse_seeds,
    set_input,
)
from .items import Item, fingerprint, fingerprint_graph, list_items, list_skipped
from .journal import NAME, Journal
from .orders import ResultFolder
from .photos import (
    KINDS,
    PhotoJob,
    add_photo_arguments,
    check_unused,
    describe_work,
    read_work,
)
from .queue import Outcome, Patience, work_off
from .server import DEFAULT_URL, check_url

PATIENCE = Patience()
NAMED = 10  # files left out that are named


def add_queue_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the queue command."""
    parser.add_argument(
        "graph", metavar="GRAPH.json", help=f"saved with 'Export (API)'; or {', '.join(KINDS)}"
    )
    parser.add_argument("--images", metavar="FOLDER", help="run the graph on each picture in it")
    parser.add_argument("--seeds", help='run the graph with each seed, such as "0-9" or "1, 5, 7"')
    parser.add_argument("--out", required=True, metavar="FOLDER", help="folder for the results")
    parser.add_argument(
        "--server",
        action="append",
        metavar="URL",
        help=f"a ComfyUI; give it again to spread the work over several (default {DEFAULT_URL})",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.INPUT=VALUE",
        help="change an input; the node by its id, its title or its kind; repeatable",
    )
    parser.add_argument(
        "--image-node",
        action="append",
        default=[],
        metavar="NODE",
        help="the node that the picture goes into, where there are several; repeatable",
    )
    parser.add_argument(
        "--seed-node",
        action="append",
        default=[],
        metavar="NODE",
        help="change the seed of this node only (all by default); repeatable",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=PATIENCE.give_up,
        metavar="SECONDS",
        help=f"stop when no server has answered for so long (default {PATIENCE.give_up:g})",
    )
    add_photo_arguments(parser)
    add_engine_arguments(parser)


def run_queue(
    options: argparse.Namespace,
    progress: Callable[[int, int], None],
    say: Callable[[str], None],
) -> int:
    """Run the queue that the command line describes; 0 if all is done, 1 if something is left."""
    if not options.images and not options.seeds:
        raise StyleGANEXError("nothing to vary: give --images FOLDER, --seeds 0-9 or both.")
    out = Path(options.out)
    images = Path(options.images) if options.images else None
    if images and out.resolve() == images.resolve():
        raise StyleGANEXError("--out must not be the folder of the pictures; choose another.")
    job, items = _read_job(options, out, images)
    for sentence in _name_skipped(images):
        say(sentence)
    with Journal(out, job.out.work) as journal:
        left = [item for item in items if not journal.holds(item.key)]
        if len(left) < len(items):
            say(f"{len(items) - len(left)} of {len(items)} items were done before.")
        if not left:
            return 0
        with open_engine(job, options, say) as engine:
            outcome = work_off(
                left,
                engine,
                journal,
                patience=replace(PATIENCE, give_up=options.wait),
                progress=progress,
                say=say,
            )
    return _report(outcome, len(left), out, say)


def _read_job(
    options: argparse.Namespace, out: Path, images: Path | None
) -> tuple[GraphJob | PhotoJob, list[Item]]:
    """What is to be done with which items. A file of that name is a graph, as it ever was."""
    kind, path = options.graph, Path(options.graph)
    if kind in KINDS and not path.is_file():
        check_unused(kind, options, {"seeds", "server", "set", "image_node", "seed_node"})
        work = read_work(kind, options)
        folder = ResultFolder(out.resolve(), fingerprint(*describe_work(work)))
        workers = options.workers
        if workers is None:
            workers = max(1, torch.cuda.device_count())
        if workers < 1:
            raise StyleGANEXError(f"--workers needs at least one worker; got {workers}.")
        return PhotoJob(work, folder, workers), list_items(images, None, kind)
    check_unused("a graph", options, {"model", "edit", "paste", "which", "steps", "factor"})
    check_unused("a graph, which has one worker per --server", options, {"workers"})
    urls = tuple(dict.fromkeys(check_url(url) for url in options.server or [DEFAULT_URL]))
    if options.scheduler and len(urls) > 1:
        raise StyleGANEXError(
            "with --scheduler every worker feeds the ComfyUI beside it; give --server once, as "
            f"workers see theirs, or set {BESIDE} where they are started."
        )
    graph: Graph = load_graph(path)
    for assignment in options.set:
        graph = set_input(graph, assignment)
    image_nodes = find_image_nodes(graph, options.image_node) if images else []
    seeds = parse_seeds(options.seeds) if options.seeds else None
    seed_inputs = find_seed_inputs(graph, options.seed_node) if seeds else []
    folder = ResultFolder(out.resolve(), fingerprint_graph(graph, image_nodes, seed_inputs))
    job = GraphJob(graph, image_nodes, seed_inputs, urls, folder, PATIENCE)
    return job, list_items(images, seeds, path.stem)


def _name_skipped(images: Path | None) -> list[str]:
    skipped = list_skipped(images) if images else []
    if not skipped:
        return []
    more = f" and {len(skipped) - NAMED} more" if len(skipped) > NAMED else ""
    return [f"left out, no pictures read here: {', '.join(map(echo, skipped[:NAMED]))}{more}."]


def _report(outcome: Outcome, total: int, out: Path, say: Callable[[str], None]) -> int:
    """Say how it went; the exit code."""
    say(f"{outcome.done} of {total} items done; results and {NAME} are in {out}.")
    for item, sentence in outcome.failures:
        say(f"failed: {item.name}: {sentence}")
    left = total - outcome.done - len(outcome.failures)
    if outcome.stopped:
        say(f"stopped with {left} items left: {outcome.stopped}")
    if left or outcome.failures:
        say("Run the same command again for what is not done.")
        return 1
    return 0
