"""Keeps Python's garbage collector from looking through modules and tests over and over."""

from __future__ import annotations

import gc


def pytest_configure() -> None:
    gc.disable()  # until all is imported: nothing of it is garbage


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # tests leave little garbage, and looking for it takes long
    gc.enable()
