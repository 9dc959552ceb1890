"""A domain that learns real people by the photo model's skips, on tiny networks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from styleganex_core import decode_latents, encode_face, load_demo, swap_domain
from styleganex_core.checkpoints import load_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model
from styleganex_lab.training import RECIPES, Recipe, Sources, bundle_model, run_recipe
from styleganex_lab.training.build import build_run
from styleganex_lab.training.recipes.settings import Crops, Portraits
from styleganex_lab.training.start.models import start_real_model

from .test_real import files, rows_of, tiny  # noqa: F401  (a fixture)
from .test_task import photo  # noqa: F401  (a fixture)

CPU = torch.device("cpu")
SIDE = 256


@pytest.fixture(scope="module")
def real(photo) -> Model:  # noqa: F811
    """A photo model with skips whose generator is a little wider than the start's."""
    return start_real_model(tiny(), photo)


def small(real: Model, steps: int = 2) -> Recipe:
    recipe = RECIPES["real-toon-people"]
    (phase,) = recipe.phases
    photos, renders = phase.pictures
    parts = (
        replace(photos, batch=2),
        replace(renders, pictures=replace(renders.pictures, count=4), batch=1),
    )
    phase = replace(phase, steps=steps, batch=3, warm_up=1, pictures=parts)
    networks = replace(recipe.networks, generator=real.config.generator)
    return replace(recipe, phases=(phase,), networks=networks, save_every=steps)


@pytest.fixture
def sources(files, real) -> Sources:  # noqa: F811
    start = replace_generator(real)
    return Sources(data=files[0], perceptual=files[1], start=start, domain=real)


def replace_generator(real: Model) -> Model:
    """The photo model's generator as a domain to begin with."""
    domain = Model(replace(real.config, encoder=None, fusions=()), name="toon")
    domain.generator.load_state_dict(real.generator.state_dict())
    return domain


@pytest.mark.slow
def test_only_how_things_are_drawn_is_learned_and_skips_are_drawn(sources, real, tmp_path):
    before = {key: tensor.clone() for key, tensor in real.state_dict().items()}
    recipe = small(real)
    trained = run_recipe(recipe, tmp_path / "run", sources)
    for key, tensor in real.state_dict().items():
        assert torch.equal(tensor, before[key]), key
    learned = trained.state_dict()
    for key in ("constant", "mapping.weights.0"):
        assert torch.equal(learned[key], before[f"generator.{key}"]), key
    assert not torch.equal(learned["heads.6.weight"], before["generator.heads.6.weight"])
    (row,) = rows_of(tmp_path / "run")
    for column in ("pixel", "perceptual", "renders", "psnr", "f_psnr", "face_psnr"):
        assert float(row[column]) > 0, column
    assert (tmp_path / "run" / "samples.png").is_file()

    bundle_model(tmp_path / "toon.safetensors", generator=(recipe, tmp_path / "run"))
    assert json.loads(read_file(tmp_path / "toon.safetensors").metadata["training"])
    domain = load_model(tmp_path / "toon.safetensors")
    assert domain.takes_skips
    picture = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        latents = encode_face(real, picture)
        swapped = swap_domain(real, domain)
        with_skips = decode_latents(swapped, latents)
        without = decode_latents(swapped, latents.without_optional_skips())
    assert (with_skips - without).abs().mean() > 1e-3


def test_skips_are_used_in_their_share_and_never_without_the_photos_own_f(sources, real):
    objective, _ = build_run(small(real), sources, device=CPU)
    x = torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    found = objective.find(x)
    places = torch.tensor([[32.0, 32.0, 0.5, 0.0]]).repeat(6, 1)
    seen = [objective.mix(found, places, torch.Generator().manual_seed(seed)) for seed in range(60)]
    skips = torch.stack([codes.skips for codes in seen])
    own = torch.stack([(codes.f == found.f).flatten(1).all(dim=1) for codes in seen])
    assert abs(skips.float().mean() - 0.7) < 0.1
    assert own[skips].all() and not own[~skips].all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"start": None}, "--start"),
        ({"data": "rendered"}, "--data"),
        ({"domain": load_demo("rendered")}, "--domain"),
        ({"perceptual": None}, "--perceptual"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_said(sources, real, change, named):
    with pytest.raises(StyleGANEXError, match=named):
        build_run(small(real), replace(sources, **change), device=CPU)


def test_both_domains_have_a_recipe_that_differs_by_its_style_alone():
    toon, ink = (RECIPES[f"real-{name}-people"] for name in ("toon", "ink"))
    data = replace(ink.data, style="toon")
    assert replace(ink, name=toon.name, data=data) == toon
    photos, renders = toon.phases[0].pictures
    assert photos.pictures == Crops(SIDE, SIDE) and isinstance(renders.pictures, Portraits)
