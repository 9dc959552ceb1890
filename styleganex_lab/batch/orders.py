"""What travels between the command and its workers: orders out, results back.

A job says what is to be done and is sent to every worker once; there it hires a hand, which keeps
what is dear to fetch (a server's uploads, a warm model) and works off one order after another.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal, Protocol

from .items import Item
from .journal import NAME

State = Literal["ready", "done", "failed", "lost", "gone", "unfit", "broken"]


@dataclass(frozen=True)
class Order:
    """An item to be worked on, with the content of its picture's file."""

    item: Item
    content: bytes | None = None


@dataclass(frozen=True)
class Result:
    """How an order ended, or how a place that was asked is.

    "ready" to work; "done" with `files`: names, and contents where they are not in place already;
    "failed" as the item's own fault; "lost", to be done again; "gone", the place does not answer;
    "unfit", it can do none of this work; "broken", nobody can go on. `by` is who worked, for the
    record. `suspect`: the item ran when it got lost.
    """

    state: State
    by: str
    sentence: str = ""
    files: tuple[tuple[str, bytes | None], ...] = ()
    suspect: bool = False


class Hand(Protocol):
    """Who works at one place; `do` may be called from several threads at once."""

    def greet(self) -> Result:
        """Whether it can work now."""
        ...

    def do(self, order: Order) -> Result: ...

    def stop(self) -> None:
        """End soon whatever is being done; returns at once."""
        ...


class Worker:
    """What the hands of both kinds of job share: who works, and that it may be told to stop."""

    def __init__(self, out: ResultFolder, by: str) -> None:
        self._by = by
        self._here = out.is_here()
        self._over = Event()

    def stop(self) -> None:
        self._over.set()

    def _end(
        self,
        state: State,
        sentence: str = "",
        files: tuple[tuple[str, bytes | None], ...] = (),
        suspect: bool = False,
    ) -> Result:
        return Result(state, self._by, sentence, files, suspect)


class Job(Protocol):
    """What is to be done with every item; it can be sent to other machines."""

    @property
    def places(self) -> Sequence[str]:
        """Names of the places of this machine's own workers."""
        ...

    @property
    def depth(self) -> int:
        """Orders that one place takes at once."""
        ...

    @property
    def in_processes(self) -> bool:
        """Whether workers compute, so that each needs a process of its own."""
        ...

    def hire(self, number: int | None) -> Hand:
        """The hand of the place of that number, or of a worker on any machine (None)."""
        ...


def describe_error(error: BaseException, place: str, order: Order | None) -> Result:
    """What an error that nobody expected means for the order, or for the place that was asked."""
    return Result("failed" if order else "unfit", place, f"{type(error).__name__}: {error}")


def judge_write(error: OSError, folder: Path) -> tuple[State, str]:
    """What a result that cannot be written means: for its item alone, or for all."""
    alone = error.errno in (errno.ENAMETOOLONG, errno.EINVAL)  # of this item's name
    return "failed" if alone else "broken", f"cannot write to {folder}: {error.strerror}."


@dataclass(frozen=True)
class ResultFolder:
    """Where results go, as a worker sees it; `work` is the journal's fingerprint."""

    path: Path
    work: str

    def is_here(self) -> bool:
        """Whether it is the same folder here: on this machine, or on a disk that is shared."""
        try:
            with (self.path / NAME).open("rb") as file:
                return self.work.encode() in file.readline(1000)
        except OSError:
            return False
