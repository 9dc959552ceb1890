"""Runs something within limits of time and memory, and says what broke them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from styleganex_core import StyleGANEXError
from tests.unit.speed import seconds_of

SECONDS = 2.0  # of the machine that tests/unit/speed.py measures by
MEGABYTES = 500
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Outcome:
    """`error` None where all went well; `seconds` as in speed.py, `megabytes` above the start."""

    error: Exception | None
    seconds: float
    megabytes: float

    @property
    def complaint(self) -> str:
        """What was wrong, or "": an error that is none of ours, too long, too much memory."""
        if self.error is not None and not isinstance(self.error, StyleGANEXError):
            return f"raw {type(self.error).__name__}: {self.error}"
        if self.error is not None and not str(self.error).isprintable():
            return f"a message that cannot be printed: {str(self.error)!r}"
        if self.error is not None and len(str(self.error)) > 3000:
            return f"a message of {len(str(self.error))} characters"
        if self.seconds > SECONDS:
            return f"{self.seconds:.1f} s"
        if self.megabytes > MEGABYTES:
            return f"{self.megabytes:.0f} MB"
        return ""


def attempt(act: Callable[[], object]) -> Outcome:
    """What happens when `act` runs. Memory is measured on Linux only."""
    before = _resident()
    if _CLEAR.exists():
        _CLEAR.write_text("5")  # forgets the highest mark
    errors: list[Exception | None] = []

    def act_once() -> None:
        try:
            act()
        except Exception as raised:
            errors.append(raised)
        else:
            errors.append(None)

    seconds = seconds_of(act_once, SECONDS)
    return Outcome(errors[0], seconds, (_resident("VmHWM") - before))


def _resident(field: str = "VmRSS") -> float:
    """Megabytes that this process holds, or (`VmHWM`) has held at most."""
    if not _STATUS.exists():
        return 0.0
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024
