"""Limits on what reading a file may use, whatever the file claims."""

from __future__ import annotations

from dataclasses import dataclass

RATIO = 4  # bytes in memory per byte of the file; weights hardly compress
ALWAYS_BYTES = 64 << 20  # small compressed files and repeated rows are plausible up to here
ALWAYS_STEPS = 50_000
BYTES_PER_STEP = 64  # a tensor's entry takes about 25 steps and, with its numbers, kilobytes
DEEPEST = 64  # containers inside containers


class Refusal(Exception):
    """Why a file is not read; the text goes on after the file's name."""


class CodeInFile(Exception):
    """The file asks for Python code; the text is the name of what it asks for."""


@dataclass
class Budget:
    """What reading one file may still use.

    `bytes`: copied out of the file, after decompression. `numbers`: bytes of all tensors' numbers,
    those of shared and repeated rows counted each time. `steps`: instructions and objects.
    """

    bytes: int
    numbers: int
    steps: int

    @classmethod
    def of(cls, file_size: int) -> Budget:
        """The budget for a file of that many bytes."""
        most = max(RATIO * file_size, ALWAYS_BYTES)
        return cls(most, most, ALWAYS_STEPS + file_size // BYTES_PER_STEP)

    def take_bytes(self, count: int) -> None:
        self.bytes -= count
        if count < 0 or self.bytes < 0:
            raise Refusal("is damaged: what is in it unpacks to far more than its size.")

    def take_numbers(self, count: int, what: str) -> None:
        self.numbers -= count
        if count < 0 or self.numbers < 0:
            raise Refusal(f"is damaged: {what} claims more than the file can hold.")

    def take_steps(self, count: int = 1) -> None:
        self.steps -= count
        if self.steps < 0:
            raise Refusal("is damaged: it holds more objects than a file of its size needs.")
