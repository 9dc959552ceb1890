"""What a ComfyUI server's answers mean: files made, and sentences naming the node that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .graph import Graph, name_node


@dataclass(frozen=True)
class File:
    """A file that a node of a prompt made: the node's id and the server's words for the file."""

    node: str
    name: str
    subfolder: str
    folder: str  # "output", or "temp" for previews


def read_refusal(graph: Graph, answer: dict[str, Any]) -> str:
    """Why a graph was not queued: a sentence per node, else the server's general one."""
    sentences = []
    nodes = answer.get("node_errors")
    for key, entry in nodes.items() if isinstance(nodes, dict) else ():
        errors = entry.get("errors", []) if isinstance(entry, dict) else []
        sentences += [f"{name_node(graph, key)}: {_join(error)}" for error in errors]
    error = answer.get("error")
    if not sentences and error:
        sentences = [_join(error) if isinstance(error, dict) else str(error)]
    return "; ".join(sentences)


def _join(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    message, details = str(error.get("message", "")).strip(), str(error.get("details", "")).strip()
    return f"{message} ({details})" if message and details else message or details


def read_failure(graph: Graph, messages: Any) -> str:
    """Why a prompt failed: the node and its exception's own words."""
    for message in messages if isinstance(messages, list) else []:
        kind, data = message if isinstance(message, list) and len(message) == 2 else ("", {})
        if kind == "execution_interrupted":
            return "stopped on the server."
        if kind == "execution_error" and isinstance(data, dict):
            words = str(data.get("exception_message") or data.get("exception_type"))
            # A server's control characters are dropped rather than shown.
            sentence = " ".join("".join(c if c.isprintable() else " " for c in words).split())
            return f"{name_node(graph, str(data.get('node_id')))}: {sentence}"
    return "failed on the server, which did not say why."


def list_files(outputs: Any) -> list[File]:
    """The files that were saved; where nothing was saved, the previews."""
    files = [
        File(node, entry["filename"], str(entry.get("subfolder", "")), str(entry.get("type", "")))
        for node, output in (outputs.items() if isinstance(outputs, dict) else ())
        for entries in (output.values() if isinstance(output, dict) else ())
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("filename"), str)
    ]
    return [file for file in files if file.folder == "output"] or files
