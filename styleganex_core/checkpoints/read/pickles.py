"""A pickle reader of our own that builds data and never runs code.

A pickle is a list of instructions for a stack. Those that would import or call something look
their name up in `known.KNOWN` and get an inert record; a name that is not there ends the
reading. So nothing in a file can run, and every step is counted.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from typing import Any, BinaryIO

from .budget import CodeInFile, Refusal
from .known import KNOWN, make
from .records import Context, Global, Record, Storage, build, put

LARGEST_INTEGER = 256  # bits
PUSHED = {  # instructions that push their own argument
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": list,  # the members of a set count, not that it is one
}
IGNORED = ("PROTO", "FRAME", "READONLY_BUFFER")
# What other Pythons, NumPys and devices call the same thing.
OTHER_NAMES = (
    ("__builtin__.", "builtins."),
    ("copy_reg.", "copyreg."),
    ("numpy._core.", "numpy.core."),
    ("pathlib._local.", "pathlib."),
    ("torch.cuda.", "torch."),
)
_MARK = object()

FindStorage = Callable[[Any], Storage]


def read_pickle(source: BinaryIO, context: Context, find_storage: FindStorage | None = None) -> Any:
    """What the pickle at the place of `source` builds, which is then just behind it.

    Tensors and arrays are still records: `settle.settle` turns them into tensors. Raises Refusal,
    CodeInFile, and, for damage, almost anything else.
    """
    machine = _Machine(context, find_storage)
    for opcode, argument, _ in pickletools.genops(source):
        context.budget.take_steps()
        if machine.run(opcode.name, argument):
            return machine.pop()
    raise Refusal("is cut short.")


class _Machine:
    def __init__(self, context: Context, find_storage: FindStorage | None) -> None:
        self.context = context
        self.find_storage = find_storage
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, name: str, argument: Any) -> bool:
        """One instruction; True at the end."""
        if name in PUSHED:
            if type(argument) is int and argument.bit_length() > LARGEST_INTEGER:
                raise Refusal("is damaged: a number in it is too long.")
            self.stack.append(argument)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name]())
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            self.stack.append(self.memo[argument])
        elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
            self.memo[argument] = self.stack[-1]
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif name == "MARK":
            self.stack.append(_MARK)
        elif name == "STOP":
            return True
        elif name not in IGNORED:
            handler = getattr(self, f"_{name.lower()}", None)
            if handler is None:
                raise CodeInFile(name)
            handler(argument)
        return False

    def pop(self) -> Any:
        thing = self.stack.pop()
        if thing is _MARK:
            raise Refusal("is damaged.")
        return thing

    def pop_to_mark(self) -> list[Any]:
        things = []
        while (thing := self.stack.pop()) is not _MARK:
            things.append(thing)
        return things[::-1]

    # One method per instruction, by its name; the argument is the instruction's own.

    def _pop(self, _: Any) -> None:
        self.stack.pop()

    def _pop_mark(self, _: Any) -> None:
        self.pop_to_mark()

    def _dup(self, _: Any) -> None:
        self.stack.append(self.stack[-1])

    def _tuple(self, _: Any) -> None:
        self.stack.append(tuple(self.pop_to_mark()))

    def _tuple1(self, _: Any) -> None:
        self.stack[-1:] = [tuple(self.stack[-1:])]

    def _tuple2(self, _: Any) -> None:
        self.stack[-2:] = [tuple(self.stack[-2:])]

    def _tuple3(self, _: Any) -> None:
        self.stack[-3:] = [tuple(self.stack[-3:])]

    def _list(self, _: Any) -> None:
        self.stack.append(self.pop_to_mark())

    def _dict(self, _: Any) -> None:
        things = self.pop_to_mark()
        self.stack.append({})
        self._set_all(things)

    def _frozenset(self, _: Any) -> None:
        self.stack.append(self.pop_to_mark())

    def _append(self, _: Any) -> None:
        self._extend([self.pop()])

    def _appends(self, _: Any) -> None:
        self._extend(self.pop_to_mark())

    def _additems(self, _: Any) -> None:
        self._extend(self.pop_to_mark())

    def _setitem(self, _: Any) -> None:
        value, key = self.pop(), self.pop()
        self._set_all([key, value])

    def _setitems(self, _: Any) -> None:
        self._set_all(self.pop_to_mark())

    def _extend(self, things: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, Record):
            target.state = things  # of an unknown list
        elif type(target) is list:
            target.extend(things)
        else:
            raise Refusal("is damaged: it appends to something that is not a list.")

    def _set_all(self, things: list[Any]) -> None:
        for key, value in zip(things[::2], things[1::2], strict=True):
            put(self.stack[-1], key, value)

    def _global(self, name: str) -> None:
        self._find(*name.split(" ", 1))

    def _stack_global(self, _: Any) -> None:
        name, module = self.pop(), self.pop()
        self._find(module, name)

    def _find(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise Refusal("is damaged.")
        full = f"{module}.{name}"
        for theirs, ours in OTHER_NAMES:
            if full.startswith(theirs):
                full = ours + full.removeprefix(theirs)
        if full not in KNOWN:
            raise CodeInFile(full)
        self.stack.append(Global(full))

    def _reduce(self, _: Any) -> None:
        arguments, thing = self.pop(), self.pop()
        self.stack.append(make(self.context, thing, arguments))

    def _newobj(self, _: Any) -> None:
        self._reduce(None)

    def _newobj_ex(self, _: Any) -> None:
        if self.pop() != {}:
            raise Refusal("is damaged: it makes an object in an unknown way.")
        self._reduce(None)

    def _inst(self, name: str) -> None:
        arguments = tuple(self.pop_to_mark())
        self._global(name)
        self.stack.append(make(self.context, self.pop(), arguments))

    def _obj(self, _: Any) -> None:
        thing, *arguments = self.pop_to_mark()
        self.stack.append(make(self.context, thing, tuple(arguments)))

    def _build(self, _: Any) -> None:
        state = self.pop()
        build(self.context, self.stack[-1], state)

    def _binpersid(self, _: Any) -> None:
        if self.find_storage is None:
            raise Refusal("is damaged: it refers to numbers that are not in it.")
        self.stack.append(self.find_storage(self.pop()))
