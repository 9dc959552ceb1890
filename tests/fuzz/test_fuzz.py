"""10,000 damaged files and texts: every one is read or refused with a sentence, in time.

Fixed numbers give fixed cases. `python -m tests.fuzz --cases 100000 --first 10000` tries others.
"""

from __future__ import annotations

import pytest

from .seeds import files
from .targets import (
    KINDS,
    ask_live,
    copy_clip,
    decode,
    describe,
    edit,
    load_graph,
    run_case,
    sample,
)

CASES = 10_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_refused_with_a_sentence(kind: str, tmp_path) -> None:
    complaints = [
        f"{kind!r} {number}: {outcome.complaint}"
        for number in range(-(-CASES // len(KINDS)))
        if (outcome := run_case(kind, number, tmp_path)).complaint
    ]
    assert not complaints, "\n".join(complaints[:10])


READ_BY = {
    "checkpoint": (sample, edit, describe),
    "generator": (sample, describe),
    "model": (sample, describe),
    "inversion": (decode, describe),
    "latents": (decode, describe),
    "styles": (decode, describe),
    "npy": (decode, describe),
    "vectors": (edit, describe),
    "components": (edit, describe),
    "npz": (edit, describe),
    "nvlabs": (sample, describe),
    "tensorflow": (sample, describe),
    "plain": (describe,),
    "graph": (load_graph,),
    "clip": (copy_clip,),
    "body": (ask_live,),
}


@pytest.mark.parametrize("kind", files())
def test_a_whole_file_is_read(kind: str, tmp_path) -> None:
    """Else the damaged ones would test no more than the door."""
    path = tmp_path / "whole"
    path.write_bytes(files()[kind])
    for act in READ_BY[kind.split()[0]]:
        act(path)
