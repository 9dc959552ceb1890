"""Whatever is put together in Paste Face: it fits, or a sentence says what does not."""

from __future__ import annotations

import itertools

import pytest
import torch

from styleganex_core import Face, StyleGANEXError, paste_faces, plan_crop

FACE = Face(((20, 24), (44, 24), (32, 36), (24, 48), (40, 48)), (10, 10, 54, 60))
SIZE = (64, 64)


@pytest.mark.parametrize("places", [1, 2])
@pytest.mark.parametrize(("originals", "edits"), list(itertools.product([1, 2, 3], repeat=2)))
@pytest.mark.parametrize("masks", [None, (1,), (2,), (3,), (4,), (2, 3), ()], ids=str)
def test_counts_fit_or_are_explained(places, originals, edits, masks):
    place = plan_crop(FACE, SIZE)
    mask = None if masks is None else torch.ones(*masks, *(1,) * (len(masks) < 2), *place.size)
    for unedited in (None, 1, 2, 3):
        plain = None if unedited is None else torch.zeros(unedited, 3, *place.size)
        try:
            pasted = paste_faces(
                torch.zeros(originals, 3, *SIZE),
                torch.zeros(edits, 3, *place.size),
                [place] * places,
                mask=mask,
                unedited=plain,
            )
        except StyleGANEXError as error:
            assert len(str(error)) > 40
        else:
            assert masks in (None, (1,), (edits,))
            assert unedited in (None, 1, edits)
            assert pasted.shape[2:] == SIZE


@pytest.mark.parametrize(
    "edited", [(0, 3, 64, 64), (1, 4, 64, 64), (1, 3, 64, 32), (3, 64, 64), (1, 3, 0, 0)]
)
def test_an_edit_of_another_shape_is_explained(edited):
    place = plan_crop(FACE, SIZE)
    with pytest.raises(StyleGANEXError):
        paste_faces(torch.zeros(1, 3, *SIZE), torch.zeros(edited), [place])
