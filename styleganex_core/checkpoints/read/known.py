"""All names that a pickle may ask for, each answered with plain data or a record."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

from .budget import CodeInFile, Refusal
from .records import (
    DTYPES,
    MOST_ARGUMENTS,
    STORAGES,
    ArrayRecord,
    Context,
    DtypeRecord,
    Global,
    Record,
    Storage,
    TensorRecord,
    check_counts,
    put,
)

LONGEST_PATH = 4096  # characters

Maker = Callable[..., Any]  # (context, *arguments of the file) -> plain data or a record


def make(context: Context, thing: Any, arguments: Any) -> Any:
    """What calling `thing` would give, as plain data."""
    if not isinstance(thing, Global) or type(arguments) is not tuple:
        raise Refusal("is damaged: it calls something that is not a function.")
    if len(arguments) > MOST_ARGUMENTS:
        raise Refusal("is damaged: it calls a function with too many arguments.")
    maker = KNOWN[thing.name]
    if maker is None:
        raise CodeInFile(thing.name)
    return maker(context, *arguments)


def _make_tensor(
    _: Context, storage: Any, offset: Any, shape: Any, strides: Any, *more: Any
) -> TensorRecord:
    """`more`: whether it needs a gradient, its hooks, and, in the third version, its dtype."""
    if not isinstance(storage, Storage):
        raise Refusal("is damaged: a tensor in it holds no numbers.")
    dtype = storage.dtype
    if len(more) > 2 and isinstance(more[2], Global):
        dtype = DTYPES[more[2].name]
    (start,) = check_counts([offset])
    return TensorRecord(storage, dtype, start, check_counts(shape), check_counts(strides))


def _make_typed(context: Context, maker: Any, _: Any, arguments: Any, *__: Any) -> Any:
    return make(context, maker, arguments)


def _make_again(context: Context, kind: Any, *_: Any) -> Any:
    return make(context, kind, ())


def _make_dict(context: Context, *items: Any) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    if items and type(items[0]) in (dict, list):
        context.budget.take_steps(len(items[0]))
        pairs = items[0].items() if type(items[0]) is dict else items[0]
        for key, value in pairs:
            put(made, key, value)
    return made


def _make_bytes(context: Context, text: Any = b"", encoding: str = "latin1") -> bytes:
    if encoding not in ("latin1", "latin-1") or not isinstance(text, (str, bytes)):
        raise Refusal("is damaged: bytes in it cannot be read.")
    context.budget.take_bytes(len(text))
    return text.encode("latin1") if isinstance(text, str) else text


def _make_path(_: Context, *parts: Any) -> str:
    if not all(isinstance(part, str) for part in parts) or sum(map(len, parts)) > LONGEST_PATH:
        raise Refusal("is damaged: a path in it cannot be read.")
    return "/".join(parts).replace("//", "/")


def _make_list(context: Context, items: Any = ()) -> list[Any]:
    if type(items) not in (list, tuple):
        return []
    context.budget.take_steps(len(items))
    return list(items)


def _make_complex(_: Context, real: Any, imaginary: Any) -> complex:
    return complex(float(real), float(imaginary))


def _make_dtype(_: Context, code: Any, *__: Any) -> DtypeRecord:
    return DtypeRecord(code if isinstance(code, str) else "")


def _make_scalar(_: Context, dtype: Any, data: Any = b"") -> Any:
    kind = dtype.build() if isinstance(dtype, DtypeRecord) else None
    if kind is None or not isinstance(data, (bytes, bytearray)) or len(data) != kind.itemsize:
        raise Refusal("is damaged: a number in it cannot be read.")
    return np.frombuffer(data, kind)[0].item()


def _make_array(_: Context, data: Any, dtype: Any, shape: Any, order: Any = "C") -> ArrayRecord:
    if not isinstance(dtype, DtypeRecord):
        raise Refusal("is damaged: an array in it has no type.")
    return ArrayRecord(tuple(shape), dtype, order == "F", data)


def _refuse_layout(_: Context, *__: Any) -> Any:
    raise Refusal(
        "holds a tensor that is sparse, quantised or empty of numbers; save it as an ordinary "
        "tensor."
    )


def _record(name: str) -> Maker:
    return lambda _, *arguments: Record(name, arguments)


# None: a name that a file may hold, but not call.
KNOWN: dict[str, Maker | None] = {
    **dict.fromkeys([*STORAGES, *DTYPES, "torch.storage.TypedStorage", "torch.Tensor"]),
    **dict.fromkeys(["builtins.object", "numpy.ndarray", "torch.nn.parameter.Parameter"]),
    **dict.fromkeys(f"builtins.{name}" for name in ("int", "float", "bool", "str")),
    "torch._utils._rebuild_tensor": _make_tensor,
    "torch._utils._rebuild_tensor_v2": _make_tensor,
    "torch._utils._rebuild_tensor_v3": _make_tensor,
    "torch._utils._rebuild_parameter": lambda _, data, *__: data,
    "torch._utils._rebuild_parameter_with_state": lambda _, data, *__: data,
    "torch._tensor._rebuild_from_type_v2": _make_typed,
    "torch.storage._load_from_bytes": lambda context, data: context.read_nested(data),
    "torch.Size": lambda _, shape=(): check_counts(shape),
    "torch.device": lambda _, *__: "a device",
    **dict.fromkeys(
        (
            f"torch._utils._rebuild_{kind}"
            for kind in (
                "sparse_tensor",
                "sparse_csr_tensor",
                "qtensor",
                "meta_tensor_no_storage",
                "wrapper_subclass",
                "nested_tensor",
            )
        ),
        _refuse_layout,
    ),
    "collections.OrderedDict": _make_dict,
    "collections.Counter": _make_dict,
    "collections.defaultdict": lambda _, *__: {},
    "builtins.dict": _make_dict,
    "dnnlib.util.EasyDict": _make_dict,
    "dnnlib.EasyDict": _make_dict,
    "builtins.list": _make_list,
    "builtins.tuple": lambda context, items=(): tuple(_make_list(context, items)),
    "builtins.set": _make_list,
    "builtins.frozenset": _make_list,
    "builtins.complex": _make_complex,
    "builtins.bytes": _make_bytes,
    "builtins.bytearray": _make_bytes,
    "_codecs.encode": _make_bytes,
    "argparse.Namespace": lambda _, *__: argparse.Namespace(),
    "copyreg._reconstructor": _make_again,
    "copyreg.__newobj__": _make_again,
    "numpy.dtype": _make_dtype,
    "numpy.core.multiarray._reconstruct": lambda _, *__: ArrayRecord(),
    "numpy.core.multiarray.scalar": _make_scalar,
    "numpy.core.numeric._frombuffer": _make_array,
    **dict.fromkeys(
        (
            f"pathlib.{kind}Path"
            for kind in ("", "Posix", "Windows", "Pure", "PurePosix", "PureWindows")
        ),
        _make_path,
    ),
    # NVlabs' networks: the source text that travels with them is kept as text, and never run.
    **{
        name: _record(name)
        for name in (
            "torch_utils.persistence._reconstruct_persistent_obj",
            "dnnlib.tflib.network.Network",
            "torch.nn.modules.container.ModuleList",
        )
    },
}
