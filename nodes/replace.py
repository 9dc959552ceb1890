"""Graphs saved by earlier releases: how they find nodes that have another id or other names now.

A renamed node or input gets an entry in RENAMED, with the commit that renames it. ComfyUI from 0.14
on rewrites old graphs itself; where it cannot, the node stays under its old id, marked deprecated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comfy_api.latest import ComfyAPI, io


@dataclass(frozen=True)
class Renamed:
    """A node that had the id `old_id`; `inputs` maps its inputs' ids of today to those of then."""

    old_id: str
    node: type[io.ComfyNode]
    inputs: Mapping[str, str] = field(default_factory=dict)


RENAMED: tuple[Renamed, ...] = ()  # nothing has been renamed since 0.1.0


async def register(renamed: tuple[Renamed, ...] = RENAMED) -> list[type[io.ComfyNode]]:
    """Tell ComfyUI of the renamed nodes; the nodes that it must list under their old ids."""
    kept = []
    replacements = getattr(ComfyAPI(), "node_replacement", None)
    for entry in renamed:
        if replacements is not None and _can_be_replaced(entry):
            await replacements.register(_replacement(entry))
        else:
            kept.append(keep_old_id(entry))
    return kept


def keep_old_id(renamed: Renamed) -> type[io.ComfyNode]:
    """The node as it was called: old id, old input names, left out of the editor's search."""
    node = renamed.node
    new_names = {old: new for new, old in renamed.inputs.items()}

    def by_new_names(inputs: Mapping[str, object]) -> dict[str, object]:
        return {new_names.get(name, name): value for name, value in inputs.items()}

    class OldNode(io.ComfyNode):
        @classmethod
        def define_schema(cls) -> io.Schema:
            schema = node.define_schema()
            schema.node_id = renamed.old_id
            schema.is_deprecated = True
            for entry in schema.inputs:
                entry.id = renamed.inputs.get(entry.id, entry.id)
            return schema

        @classmethod
        def execute(cls, **inputs: object) -> io.NodeOutput:
            return node.execute(**by_new_names(inputs))

    if "fingerprint_inputs" in vars(node):  # files are watched under the old id too
        fingerprint = classmethod(
            lambda cls, **inputs: node.fingerprint_inputs(**by_new_names(inputs))
        )
        OldNode.fingerprint_inputs = fingerprint
    return OldNode


def _can_be_replaced(renamed: Renamed) -> bool:
    """Whether every saved graph has every input: ComfyUI's rewriting fails where one is missing,
    and optional sockets that are not connected are not saved.
    """
    schema = renamed.node.define_schema()
    return hasattr(io, "NodeReplace") and not any(
        entry.optional and not isinstance(entry, io.WidgetInput) for entry in schema.inputs
    )


def _replacement(renamed: Renamed) -> object:
    """What ComfyUI needs to rewrite a graph: all inputs, and the order of the widgets' values."""
    schema = renamed.node.define_schema()
    old_names = {entry.id: renamed.inputs.get(entry.id, entry.id) for entry in schema.inputs}
    return io.NodeReplace(
        new_node_id=schema.node_id,
        old_node_id=renamed.old_id,
        old_widget_ids=[
            old_names[entry.id] for entry in schema.inputs if isinstance(entry, io.WidgetInput)
        ],
        input_mapping=[{"new_id": new, "old_id": old} for new, old in old_names.items()],
        output_mapping=[
            {"new_idx": index, "old_idx": index} for index in range(len(schema.outputs))
        ],
    )
