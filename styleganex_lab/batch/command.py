"""`python -m styleganex_lab queue`: a shared graph over many pictures or seeds."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from styleganex_core.errors import StyleGANEXError, echo

from .graph import (
    Graph,
    fill_graph,
    find_image_nodes,
    find_seed_inputs,
    load_graph,
    parse_seeds,
    set_input,
)
from .items import fingerprint_graph, list_items, list_skipped
from .journal import NAME, Journal
from .queue import Outcome, Patience, choose_servers
from .server import DEFAULT_URL, ComfyServer, check_url
from .worker import work_off

PATIENCE = Patience()
NAMED = 10  # files left out that are named


def add_queue_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the queue command."""
    parser.add_argument("graph", metavar="GRAPH.json", help="saved with 'Export (API)'")
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
    urls = dict.fromkeys(check_url(url) for url in options.server or [DEFAULT_URL])
    path = Path(options.graph)
    graph: Graph = load_graph(path)
    for assignment in options.set:
        graph = set_input(graph, assignment)
    image_nodes = find_image_nodes(graph, options.image_node) if images else []
    seeds = parse_seeds(options.seeds) if options.seeds else None
    seed_inputs = find_seed_inputs(graph, options.seed_node) if seeds else []
    items = list_items(images, seeds, path.stem)
    skipped = list_skipped(images) if images else []
    if skipped:
        more = f" and {len(skipped) - NAMED} more" if len(skipped) > NAMED else ""
        say(f"left out, no pictures read here: {', '.join(map(echo, skipped[:NAMED]))}{more}.")

    with Journal(out, fingerprint_graph(graph, image_nodes, seed_inputs)) as journal:
        left = [item for item in items if not journal.holds(item.key)]
        if len(left) < len(items):
            say(f"{len(items) - len(left)} of {len(items)} items were done before.")
        if not left:
            return 0

        def fill(picture: str | None, seed: int | None) -> Graph:
            return fill_graph(graph, image_nodes, picture, seed_inputs, seed)

        outcome = work_off(
            left,
            choose_servers([ComfyServer(url) for url in urls], fill("", None), say),
            fill,
            journal,
            patience=replace(PATIENCE, give_up=options.wait),
            progress=progress,
            say=say,
        )
    return _report(outcome, len(left), out, say)


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
