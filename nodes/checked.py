"""What holds for every node: linked numbers keep their ranges, inputs that an older graph lacks
have their defaults, and lack of memory is reported clearly.

ComfyUI checks what is typed into a widget, and passes on unchecked what comes through a link.
"""

from __future__ import annotations

import inspect
import operator
from typing import Any

from comfy import model_management
from comfy_api.latest import io

from .. import styleganex_core as core

# What torch's generators take, less room for the seeds of a batch (seed + 1, ...). Other packs'
# seed nodes go beyond what our widget can hold.
LOWEST_SEED, HIGHEST_SEED = -(2**63), 2**64 - 2**16


def check_inputs(node: type[io.ComfyNode]) -> type[io.ComfyNode]:
    """The node with its numbers checked before it runs, typed or linked, and its memory after."""
    numbers = {
        given.id: given
        for given in node.define_schema().inputs
        if isinstance(given, (io.Int.Input, io.Float.Input))
    }

    absent = _defaults_of_required(node)

    def execute(cls: type[io.ComfyNode], **given: Any) -> Any:
        given = {**absent, **given}
        for name in given.keys() & numbers.keys():
            if given[name] is not None:
                given[name] = _read_number(numbers[name], given[name])
        try:
            return node.execute.__func__(cls, **given)  # type: ignore[attr-defined]
        except (RuntimeError, MemoryError) as error:
            if not core.patience.is_out_of_memory(error):
                raise
        model_management.unload_all_models()  # as ComfyUI does when memory runs out
        what = node.define_schema().display_name.removesuffix(" (StyleGANEX)")
        raise core.StyleGANEXError(core.patience.describe_lack(what))

    return type(node.__name__, (node,), {"execute": classmethod(execute)})


def _defaults_of_required(node: type[io.ComfyNode]) -> dict[str, Any]:
    """Defaults of the inputs that `execute` requires, for graphs saved before an input was there.

    They are in the schema alone. What `execute` has a default for, or takes as `**options`, it
    decides itself.
    """
    taken = inspect.signature(node.execute).parameters
    fields = [given for given in node.define_schema().inputs if given.id in taken]
    return {
        field.id: field.default
        for field in fields
        if getattr(field, "optional", False)
        and getattr(field, "default", None) is not None
        and taken[field.id].default is inspect.Parameter.empty
    }


def _read_number(field: io.Int.Input | io.Float.Input, value: Any) -> int | float:
    """The value as the node expects it. Raises StyleGANEXError outside the field's range."""
    lowest, highest = field.min, field.max
    if field.id == "seed":
        lowest, highest = LOWEST_SEED, HIGHEST_SEED
    lowest = float("-inf") if lowest is None else lowest
    highest = float("inf") if highest is None else highest
    core.ranges.check_number(value, field.id, lowest, highest)
    if isinstance(field, io.Float.Input):
        return float(value)
    try:
        return operator.index(value)
    except TypeError:
        if float(value).is_integer():
            return int(float(value))
    raise core.StyleGANEXError(f"{field.id} is a whole number; got {core.errors.echo(value)}.")
