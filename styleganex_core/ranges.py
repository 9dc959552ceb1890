"""Numbers from outside, checked: one that is not finite would end as a black picture."""

from __future__ import annotations

import math

from .errors import StyleGANEXError, echo


def check_number(
    value: float, what: str, lowest: float = -math.inf, highest: float = math.inf
) -> float:
    """The number as it came. Raises StyleGANEXError unless it is finite and in the range.

    >>> check_number(1.5, "strength", 0, 2)
    1.5
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if math.isfinite(number) and lowest <= number <= highest:
        return value
    ends = [f"{end:g}" for end in (lowest, highest) if math.isfinite(end)]
    words = f"from {ends[0]} to {ends[1]}" if len(ends) == 2 else "that is finite"
    if len(ends) == 1:
        words = f"of at least {ends[0]}" if math.isfinite(lowest) else f"of at most {ends[0]}"
    raise StyleGANEXError(f"{what} is a number {words}; got {echo(value)}.")
