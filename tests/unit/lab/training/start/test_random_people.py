"""A fitted mapping draws people like those it was fitted to, and photos are encoded as before."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.encode import encode_face
from styleganex_core.errors import StyleGANEXError
from styleganex_core.latents import sample_latents
from styleganex_lab.training import command
from styleganex_lab.training.data.aligned import Portrait
from styleganex_lab.training.start.random_people import (
    balance,
    choose_people,
    fit_random_people,
)
from styleganex_lab.training.start.styles import find_directions, styles_of_renders

from ..objectives.test_task import tiny_photo


@pytest.fixture
def model():
    return tiny_photo()


def people_of(model, count=4000):
    """Styles around a mean of their own that vary in three ways, beyond the leaky ReLU's bend."""
    random = torch.Generator().manual_seed(1)
    ways = torch.randn(3, model.style_dim, generator=random) * 0.2
    before = 0.4 + torch.randn(count, 3, generator=random) @ ways
    return F.leaky_relu(before, 0.2) * 2**0.5


def test_random_people_are_like_those_of_the_photos(model):
    styles = people_of(model)
    fit_random_people(model, styles, torch.ones(len(styles)))
    z = torch.randn(4000, model.style_dim, generator=torch.Generator().manual_seed(2))
    drawn = model.generator.mapping(z)
    torch.testing.assert_close(drawn.mean(dim=0), styles.mean(dim=0), atol=0.03, rtol=0)
    # They vary in the same three ways, as much.
    _, theirs, ways = torch.linalg.svd(styles - styles.mean(dim=0), full_matrices=False)
    ours = ((drawn - drawn.mean(dim=0)) @ ways[:3].T).std(dim=0)
    torch.testing.assert_close(ours, theirs[:3] / len(styles) ** 0.5, rtol=0.08, atol=0)


def test_who_counts_more_is_drawn_more_often(model):
    styles = torch.cat([people_of(model), people_of(model) + 1])
    weights = torch.tensor([1.0, 3.0]).repeat_interleave(len(styles) // 2)
    fit_random_people(model, styles, weights)
    mean = model.latent_avg[0].mean() - styles[: len(styles) // 2].mean()
    assert 0.6 < mean < 0.85


def test_photos_are_encoded_as_before(model):
    photo = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3)) * 2 - 1
    before, mean = encode_face(model, photo), model.latent_avg.clone()
    styles = people_of(model)
    fit_random_people(model, styles, torch.ones(len(styles)))
    after = encode_face(model, photo)
    assert (model.latent_avg - mean).abs().mean() > 0.1
    torch.testing.assert_close(after.w_plus, before.w_plus, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(after.f, before.f)


def test_no_truncation_is_the_mean_person(model):
    styles = people_of(model)
    fit_random_people(model, styles, torch.ones(len(styles)))
    one, other = (sample_latents(model, seed, truncation=0.0).w_plus for seed in (1, 2))
    torch.testing.assert_close(one, other)
    torch.testing.assert_close(one[0, 0], styles.mean(dim=0), atol=0.03, rtol=0)


def test_renders_keep_their_styles_and_vectors(model):
    z = torch.randn(5, model.style_dim, generator=torch.Generator().manual_seed(4))
    before, vectors = styles_of_renders(model.generator, z), find_directions(model.generator)
    torch.testing.assert_close(before, model.generator.mapping(z))
    styles = people_of(model)
    fit_random_people(model, styles, torch.ones(len(styles)))
    torch.testing.assert_close(styles_of_renders(model.generator, z), before)
    assert (model.generator.mapping(z) - before).abs().mean() > 0.1
    torch.testing.assert_close(find_directions(model.generator), vectors)


def test_too_few_people_say_so(model):
    with pytest.raises(StyleGANEXError, match="more than"):
        fit_random_people(model, torch.zeros(3, model.style_dim), torch.ones(3))


def test_rare_kinds_of_people_count_more():
    sexes = torch.tensor([True] * 10 + [False] * 90)
    skins = torch.linspace(0.2, 0.8, 100)[torch.randperm(100)]
    weights = balance(sexes, skins)
    assert 0.2 < weights[sexes].sum() / weights.sum() < 0.6
    assert weights.max() <= 6


def some_portraits(people):
    """Two of everybody; every thirteenth person is held out."""
    return [Portrait(Path(f"{n}-{k}.jpg"), n, "set", 1.0) for n in range(people) for k in "ab"]


def test_everybody_counts_once_and_who_is_held_out_never():
    chosen = choose_people(some_portraits(26))
    assert [portrait.person for portrait in chosen] == [n for n in range(26) if n % 13 != 11]
    assert {portrait.file.name[-5] for portrait in chosen} == {"a"}
    few = choose_people(some_portraits(26), 5)
    assert len(few) == 5 and few == choose_people(some_portraits(26), 5)


@pytest.mark.parametrize("people", [20, 400])
def test_a_finished_run_on_real_people_draws_others_like_them(model, people, monkeypatch, caplog):
    asked = []

    def find(model, portraits):
        asked.append(len(portraits))
        return people_of(model), torch.ones(4000)

    monkeypatch.setattr(command, "read_index", lambda folder: some_portraits(people))
    monkeypatch.setattr(command, "find_styles", find)
    before = model.generator.mapping.weights[0].clone()
    with caplog.at_level("INFO"):
        command._fit_random_people(model, Path("people"))
    if people == 20:
        assert not asked and torch.equal(model.generator.mapping.weights[0], before)
        assert "too few" in caplog.text
    else:
        assert asked == [370] and not torch.equal(model.generator.mapping.weights[0], before)
