"""A graph in ComfyUI's API format: load and check it, find what changes, put values in.

A graph is `{node id: {"class_type", "inputs", "_meta"}}`; an input is a value or a link
`[id, output]`. Functions that change something return a new graph.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from styleganex_core.errors import StyleGANEXError, echo
from styleganex_core.grammar import check_length, read_count

Graph = dict[str, dict[str, Any]]
LOAD_IMAGE = "LoadImage"
EXAMPLE_IMAGE = "StyleGANEX_ExampleImage"
SEED_INPUTS = ("seed", "noise_seed")
MAX_SEED = 2**64 - 1  # ComfyUI's own limit
LONGEST_SEEDS = 100_000  # characters of seeds as text
LONGEST_SEED = len(str(MAX_SEED))  # digits
DEEPEST = 64  # levels of nesting
MAX_SEEDS = 100_000  # a typing error, not a plan


def load_graph(path: Path) -> Graph:
    """The checked graph of a file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StyleGANEXError(f"cannot read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise StyleGANEXError(
            f"{path} is not JSON ({error}); in ComfyUI save the graph with 'Export (API)'."
        ) from error
    try:
        check_graph(content)
    except StyleGANEXError as error:
        raise StyleGANEXError(f"{path}: {error}") from error
    return content


def check_graph(graph: Any) -> None:
    """Refuse, with a sentence naming the node, whatever is no graph in API format."""
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        raise StyleGANEXError(
            "this is the editor's own format; open it in ComfyUI and save it with 'Export (API)'."
        )
    if not isinstance(graph, dict) or not graph:
        raise StyleGANEXError(
            "expected nodes by their ids; in ComfyUI save the graph with 'Export (API)'."
        )
    if _is_deep(graph):
        raise StyleGANEXError(
            f"its values are nested more than {DEEPEST} deep, deeper than any graph; save it with "
            "'Export (API)'."
        )
    for key, node in graph.items():
        whole = (
            isinstance(node, dict)
            and isinstance(node.get("class_type"), str)
            and isinstance(node.get("inputs"), dict)
            and isinstance(node.get("_meta", {}), dict)
        )
        if not whole:
            raise StyleGANEXError(
                f"node {key} has no class_type and inputs; in ComfyUI save the graph with "
                "'Export (API)'."
            )
    for key, node in graph.items():
        for name, value in node["inputs"].items():
            if is_link(value) and str(value[0]) not in graph:
                raise StyleGANEXError(
                    f"{name_node(graph, key)}: its input {name} is linked to node {value[0]}, "
                    "which the graph lacks; export the graph again."
                )


def _is_deep(value: Any) -> bool:
    """Whether lists and objects are nested deeper than can be copied and written again."""
    level = [value]
    for _ in range(DEEPEST):
        inner = [part for part in level if isinstance(part, (dict, list))]
        if not inner:
            return False
        level = [part for one in inner for part in (one.values() if isinstance(one, dict) else one)]
    return True


def is_link(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def name_node(graph: Graph, key: str) -> str:
    """How messages call a node: its id, kind and title."""
    node = graph.get(key)
    if node is None:
        return f"node {key}"
    title = node.get("_meta", {}).get("title")
    quoted = f', "{title}"' if title else ""
    return f"node {key} ({node['class_type']}{quoted})"


def find_node(graph: Graph, text: str) -> str:
    """The id of the node that `text` names: an id, else a title or kind that only one has."""
    if text in graph:
        return text
    found = [
        key
        for key, node in graph.items()
        if text in (node["class_type"], node.get("_meta", {}).get("title"))
    ]
    if len(found) != 1:
        problem = "more than one node is called" if found else "there is no node"
        _refuse(f'{problem} "{text}"; give the id', graph, found or list(graph))
    return found[0]


def find_image_nodes(graph: Graph, chosen: Sequence[str] = ()) -> list[str]:
    """The ids of the nodes that the picture goes into: the chosen, else the only one there is.

    LoadImage nodes come first; only a graph without any has its ExampleImage replaced.
    """
    if chosen:
        nodes = [find_node(graph, text) for text in chosen]
        for key in nodes:
            if graph[key]["class_type"] not in (LOAD_IMAGE, EXAMPLE_IMAGE):
                raise StyleGANEXError(
                    f"{name_node(graph, key)} takes no picture; --image-node needs a {LOAD_IMAGE} "
                    f"or {EXAMPLE_IMAGE} node."
                )
        return nodes
    for kind in (LOAD_IMAGE, EXAMPLE_IMAGE):
        nodes = [key for key, node in graph.items() if node["class_type"] == kind]
        if len(nodes) > 1:
            _refuse("more than one node takes a picture; choose with --image-node", graph, nodes)
        if nodes:
            return nodes
    raise StyleGANEXError(f"no node takes a picture; put a {LOAD_IMAGE} node into the graph.")


def find_seed_inputs(graph: Graph, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(node id, input) of every seed that is a number, of the chosen nodes or of all."""
    nodes = [find_node(graph, text) for text in chosen] or list(graph)
    found = [
        (key, name)
        for key in nodes
        for name, value in graph[key]["inputs"].items()
        if name in SEED_INPUTS and isinstance(value, int)
    ]
    if not found:
        _refuse(
            "no seed to change: --seeds wants an input named seed that is a number in", graph, nodes
        )
    return found


def parse_seeds(text: str) -> list[int]:
    """The seeds that a text such as "0-9" or "1, 5, 7-9" names, each once."""
    check_length(text, LONGEST_SEEDS, "--seeds")
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        numbers = [read_count(word[-LONGEST_SEED - 1 :]) for word in (first, last or first)]
        if None in numbers or (dash and not last):
            raise StyleGANEXError(
                f'expected seeds such as "0-9" or "1, 5, 7-9", got "{echo(text)}".'
            )
        low, high = (number or 0 for number in numbers)
        if not low <= high <= MAX_SEED or high - low >= MAX_SEEDS:
            raise StyleGANEXError(
                f'"{echo(part.strip())}" is not a range of seeds: from low to high, at most '
                f"{MAX_SEEDS} of them, each at most {MAX_SEED}."
            )
        seeds.update(dict.fromkeys(range(low, high + 1)))
    return list(seeds)


def set_input(graph: Graph, assignment: str) -> Graph:
    """The graph with `node.input=value` done; the value keeps the kind of the one it replaces."""
    target, equals, text = assignment.partition("=")
    node, dot, name = target.rpartition(".")
    if not (equals and dot and node and name):
        raise StyleGANEXError(
            f'expected node.input=value, such as 8.strength=2, got "{assignment}".'
        )
    key = find_node(graph, node)
    inputs = graph[key]["inputs"]
    if name not in inputs:
        raise StyleGANEXError(
            f"{name_node(graph, key)} has no input {name}; it has {', '.join(inputs) or 'none'}."
        )
    changed = copy.deepcopy(graph)
    changed[key]["inputs"][name] = _parse_value(text, inputs[name], f"{node}.{name}")
    return changed


def fill_graph(
    graph: Graph,
    image_nodes: Sequence[str] = (),
    picture: str | None = None,
    seed_inputs: Sequence[tuple[str, str]] = (),
    seed: int | None = None,
) -> Graph:
    """The graph of one item: `picture` (its name on the server) loaded, `seed` in place."""
    filled = copy.deepcopy(graph)
    if picture is not None:
        for key in image_nodes:
            filled[key] |= {"class_type": LOAD_IMAGE, "inputs": {"image": picture}}
    if seed is not None:
        for key, name in seed_inputs:
            filled[key]["inputs"][name] = seed
    return filled


def _parse_value(text: str, old: Any, target: str) -> Any:
    if isinstance(old, str):
        return text
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        value = text
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(old, bool):
        fits, expected = isinstance(value, bool), "true or false"
    elif isinstance(old, (int, float)):
        fits, expected = number, "a number"
    else:
        fits, expected = not isinstance(value, (list, dict)), "a number, a text, true or false"
    if not fits:
        raise StyleGANEXError(f'--set {target}: expected {expected}, got "{text}".')
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _refuse(problem: str, graph: Graph, nodes: Sequence[str]) -> NoReturn:
    raise StyleGANEXError(f"{problem}: {'; '.join(name_node(graph, key) for key in nodes)}.")
