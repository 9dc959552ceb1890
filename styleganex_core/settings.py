"""Functions that take a settings object also take its fields as keywords, one by one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

Result = TypeVar("Result")


def takes_fields(
    kind: type[Any], *, parameter: str = "settings"
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Let a function whose keyword `parameter` is a frozen dataclass `kind` take its fields too.

    `f(x, settings=Settings(steps=3))` and `f(x, steps=3)` are the same call. Fields change the
    settings that are given with them, or the defaults. The signature lists them.
    """
    names = [field.name for field in fields(kind)]

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Result:
            changes = {name: options.pop(name) for name in names if name in options}
            if changes:
                settings = options.get(parameter)
                options[parameter] = replace(kind() if settings is None else settings, **changes)
            return function(*args, **options)

        call.__signature__ = _list_fields(function, kind)  # type: ignore[attr-defined]
        return call

    return decorate


def _list_fields(function: Callable[..., Any], kind: type[Any]) -> inspect.Signature:
    """The function's signature with the fields of `kind` as keywords."""
    signature = inspect.signature(function)
    keywords = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=field.type,
        )
        for field in fields(kind)
    ]
    return signature.replace(parameters=[*signature.parameters.values(), *keywords])
