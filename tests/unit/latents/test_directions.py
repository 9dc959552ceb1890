"""Edit vectors found in the weights, in samples and from examples; sweeps and strips."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_core import (
    Latents,
    ShapeError,
    StyleGANEXError,
    apply_edit_vector,
    decode_latents,
    demo_names,
    draw_strip,
    edit_vector_names,
    factorize_weights,
    find_boundary,
    find_components,
    join_latents,
    load_demo,
    load_edit_vector,
    measure_gap,
    sample_latents,
    save_edit_vectors,
    sweep_edit,
)

from ..tiny import STYLE_DIM, tiny_model

SLOTS = 10  # of a 64 px generator
cosine = torch.nn.functional.cosine_similarity


@pytest.fixture(scope="module")
def model():
    return tiny_model(64, encoder=False)


def mapped_styles(model, count: int = 20_000, seed: int = 5) -> torch.Tensor:
    z = torch.randn(count, STYLE_DIM, generator=torch.Generator().manual_seed(seed))
    return model.generator.mapping(z)


def deviation_along(styles: torch.Tensor, vector: torch.Tensor) -> float:
    """The standard deviation of styles [N, D] along a vector [D], in lengths of the vector."""
    return float((styles @ vector).std() / vector.square().sum())


# --- in the weights ---


def test_the_first_direction_is_what_the_weights_amplify_most():
    model = tiny_model(64, encoder=False)
    planted = torch.linspace(-1, 2, STYLE_DIM)
    planted = planted / planted.norm()
    for layer in model.generator.layers:
        weight = layer.conv.modulation.weight
        channels = torch.linspace(1, 2, len(weight))
        weight.copy_(0.01 * weight + channels[:, None] * planted)
    vector = factorize_weights(model, 1)["weights-1"]
    assert vector.shape == (SLOTS, STYLE_DIM)
    assert cosine(vector, planted[None]).min() > 0.999  # and not -0.999: the largest is positive


def test_weight_directions_are_the_eigenvectors_of_the_chosen_slots(model):
    vectors = list(factorize_weights(model, STYLE_DIM, "2-3, 9").values())
    weights = [model.generator.layers[slot].conv.modulation.weight for slot in (2, 3)]
    stacked = torch.cat([*weights, model.generator.heads[-1].modulation.weight])  # slot 9: a head
    gains = []
    for vector in vectors:
        chosen = vector[[2, 3, 9]]
        assert torch.equal(vector[[0, 1, 4, 5, 6, 7, 8]], torch.zeros(7, STYLE_DIM))
        assert torch.equal(chosen[0], chosen[1]) and torch.equal(chosen[0], chosen[2])
        unit = chosen[0] / chosen[0].norm()
        answer = stacked.T @ (stacked @ unit)
        gains.append(float(answer @ unit))
        torch.testing.assert_close(answer, gains[-1] * unit, atol=1e-3, rtol=1e-3)
        assert unit[unit.abs().argmax()] > 0
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize("find", [factorize_weights, find_components])
def test_one_unit_is_one_standard_deviation_of_styles(model, find):
    styles = mapped_styles(model)
    for vector in find(model, 4, layers="3-").values():
        assert deviation_along(styles, vector[3]) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize("find", [factorize_weights, find_components])
def test_the_same_model_gives_the_same_vectors(model, find):
    first, again = find(model, 3), find(model, 3)
    assert list(first) == [f"{next(iter(first)).split('-')[0]}-{n}" for n in (1, 2, 3)]
    assert all(torch.equal(first[name], again[name]) for name in first)


# --- in samples ---


def test_components_are_uncorrelated_and_ordered(model):
    vectors = list(find_components(model, STYLE_DIM, samples=4000, seed=1).values())
    styles = mapped_styles(model)
    lengths = [float(vector[0].norm()) for vector in vectors]
    assert lengths == sorted(lengths, reverse=True)
    along = torch.stack([styles @ (v[0] / v[0].square().sum()) for v in vectors])
    torch.testing.assert_close(along.corrcoef(), torch.eye(STYLE_DIM), atol=0.08, rtol=0)


def test_another_seed_finds_nearly_the_same_component(model):
    one = find_components(model, 1, seed=1)["samples-1"]
    other = find_components(model, 1, seed=2)["samples-1"]
    assert not torch.equal(one, other)
    assert cosine(one[:1], other[:1]) > 0.98


@pytest.mark.parametrize("find", [factorize_weights, find_components])
def test_impossible_searches_are_refused(model, find):
    with pytest.raises(StyleGANEXError, match="choose 1 to 12"):
        find(model, 13)
    with pytest.raises(StyleGANEXError, match="choose 1 to 12"):
        find(model, 0)
    with pytest.raises(StyleGANEXError, match="names no slot"):
        find(model, 1, layers="none")


def test_too_few_samples_are_refused(model):
    with pytest.raises(StyleGANEXError, match="at least 4 samples"):
        find_components(model, 3, samples=3)


# --- from examples ---


def planted_examples(
    count: int, gap: float = 3.0, *, slots: int = SLOTS, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Styles [count, L, D] with and without an attribute, `gap` deviations apart; the way [L, D].

    As the styles of sampled people do, they vary alike in all slots.
    """
    random = torch.Generator().manual_seed(seed)
    way = torch.randn(STYLE_DIM, generator=random)
    way = (way / way.norm()).expand(slots, -1)
    people = torch.randn(2 * count, 1, STYLE_DIM, generator=random).expand(-1, slots, -1)
    return people[:count] + gap / 2 * way, people[count:] - gap / 2 * way, way


@pytest.mark.parametrize(("count", "gap"), [(400, 1.5), (60, 3.0), (20, 6.0)])
def test_a_planted_boundary_is_found(count, gap):
    positive, negative, way = planted_examples(count, gap)
    vector = find_boundary(positive, negative)
    assert vector.shape == (SLOTS, STYLE_DIM) and vector.dtype == torch.float32
    assert cosine(vector.flatten(), way.flatten(), dim=0) > 0.95


@pytest.mark.parametrize(("positive", "negative"), [(9, 9), (2, 2), (300, 200), (5, 40)])
@pytest.mark.parametrize("kind", ["alike", "falling", "few directions"])
def test_a_boundary_is_that_of_the_formula(positive, negative, kind):
    random = torch.Generator().manual_seed(0)
    styles = torch.randn(positive + negative, SLOTS, STYLE_DIM, generator=random)
    if kind == "falling":
        styles *= torch.arange(1, STYLE_DIM + 1) ** -1.5
    if kind == "few directions":
        styles = styles[:, :1].expand(-1, SLOTS, -1).clone()
    styles[:positive, 0] += 0.7
    with_it, without = styles[:positive], styles[positive:]
    sets = [part.double().flatten(1) for part in (with_it, without)]
    spread = torch.cat([part - part.mean(dim=0) for part in sets])
    covariance = spread.T @ spread
    ridge = torch.linalg.matrix_norm(covariance, 2) * torch.eye(len(covariance))
    gap = sets[0].mean(dim=0) - sets[1].mean(dim=0)
    normal = torch.linalg.solve(covariance + ridge, gap)
    vector = find_boundary(with_it, without)
    normal *= torch.cat(sets).matmul(normal).std() / normal.square().sum()
    torch.testing.assert_close(vector.flatten(), normal.float(), rtol=1e-5, atol=1e-6)


def test_a_boundary_is_found_among_labelled_samples(model):
    styles = mapped_styles(model, 4000)
    way = find_components(model, 1)["samples-1"]
    has_it = styles @ way[0] > (styles @ way[0]).median()
    slots = styles[:, None].expand(-1, SLOTS, -1)
    vector = find_boundary(slots[has_it], slots[~has_it])
    assert cosine(vector.flatten(), way.flatten(), dim=0) > 0.95
    torch.testing.assert_close(vector.norm(), way.norm(), rtol=0.05, atol=0)  # the same unit


def test_fewer_examples_than_dimensions():
    positive, negative, way = planted_examples(3, 8.0)
    assert cosine(find_boundary(positive, negative).flatten(), way.flatten(), dim=0) > 0.85


def test_what_varies_anyhow_counts_less():
    """With people who differ mostly in one way, chance differences in it are not the attribute."""
    positive, negative, way = planted_examples(20, 2.0, slots=1, seed=3)
    across = torch.randn(STYLE_DIM, generator=torch.Generator().manual_seed(8))
    across = across - (across @ way[0]) * way[0]
    across = across / across.norm()
    positive = positive + 9 * (positive @ across)[..., None] * across + 4 * across
    negative = negative + 9 * (negative @ across)[..., None] * across
    means = (positive.mean(dim=0) - negative.mean(dim=0))[0]
    found = find_boundary(positive, negative)[0]
    assert cosine(found, way[0], dim=0) > cosine(means, way[0], dim=0)


def test_one_unit_is_one_standard_deviation_of_the_examples():
    positive, negative, _ = planted_examples(50)
    vector = find_boundary(positive, negative, layers="4-")
    everyone = torch.cat([positive, negative]).flatten(1)
    assert deviation_along(everyone, vector.flatten()) == pytest.approx(1, abs=1e-5)
    assert torch.equal(vector[:4], torch.zeros(4, STYLE_DIM))


def test_the_gap_is_the_strength_between_the_means():
    positive, negative, _ = planted_examples(50)
    vector = find_boundary(positive, negative)
    moved = negative + measure_gap(positive, negative, vector) * vector
    along = [float((x.mean(dim=0) * vector).sum()) for x in (positive, moved)]
    assert along[0] == pytest.approx(along[1], rel=1e-5)


def test_swapped_sets_give_the_opposite_vector():
    positive, negative, _ = planted_examples(8)
    torch.testing.assert_close(
        find_boundary(positive, negative), -find_boundary(negative, positive)
    )
    assert torch.equal(find_boundary(positive, negative), find_boundary(positive, negative))


@pytest.mark.parametrize("layers", ["all", "2-5"])
def test_orthogonal_to_other_vectors(layers):
    positive, negative, way = planted_examples(30)
    random = torch.Generator().manual_seed(4)
    one, two = torch.randn(2, SLOTS, STYLE_DIM, generator=random)
    others = [one, two[0], 3 * two[:1], one[None]]  # every shape, one of them twice
    vector = find_boundary(positive, negative, orthogonal_to=others, layers=layers)
    for other in others:
        other = other.reshape(-1, STYLE_DIM).expand(SLOTS, -1)
        assert abs(cosine(vector.flatten(), other.flatten(), dim=0)) < 1e-6
    chosen = vector.abs().sum(dim=1) > 0
    assert cosine(vector[chosen].flatten(), way[chosen].flatten(), dim=0) > 0.7
    everyone = torch.cat([positive, negative]).flatten(1)
    assert deviation_along(everyone, vector.flatten()) == pytest.approx(1, abs=1e-5)


def test_orthogonalisation_that_leaves_nothing_is_refused():
    positive, negative, _ = planted_examples(10)
    vector = find_boundary(positive, negative)
    with pytest.raises(StyleGANEXError, match="nothing is left"):
        find_boundary(positive, negative, orthogonal_to=[vector])


def test_two_pairs_of_pictures_are_enough():
    people = torch.randn(2, SLOTS, STYLE_DIM)
    step = torch.randn(SLOTS, STYLE_DIM)
    repeated = find_boundary((people[:1] + step).repeat(2, 1, 1), people[:1].repeat(2, 1, 1))
    assert cosine(repeated.flatten(), step.flatten(), dim=0) > 0.999999
    assert torch.isfinite(find_boundary(people + step, people)).all()


def test_latents_serve_as_examples():
    positive, negative, _ = planted_examples(4)
    cells = torch.zeros(4, 3, 2, 2)
    vector = find_boundary(Latents(cells, positive), Latents(cells, negative))
    assert torch.equal(vector, find_boundary(positive, negative))


def test_unusable_examples_are_refused():
    positive, negative, _ = planted_examples(4)
    with pytest.raises(StyleGANEXError, match="at least 2 positive examples, preferably 20; got 1"):
        find_boundary(positive[:1], negative)
    with pytest.raises(StyleGANEXError, match="2 negative examples"):
        find_boundary(positive, Latents(torch.zeros(4, 3, 2, 2), negative[:1]))
    with pytest.raises(StyleGANEXError, match="same mean style"):
        find_boundary(positive, positive.flip(0))
    with pytest.raises(ShapeError) as caught:
        find_boundary(positive, negative[..., :5])
    assert "[4, 10, 12]" in str(caught.value) and "[4, 10, 5]" in str(caught.value)
    with pytest.raises(ShapeError, match=r"\[N, L, D\]; got \[10, 12\]"):
        find_boundary(positive[0], negative)
    with pytest.raises(ShapeError, match="NaN"):
        find_boundary(positive * math.nan, negative)
    with pytest.raises(StyleGANEXError, match="names no slot"):
        find_boundary(positive, negative, layers="none")
    for shape in [(18, STYLE_DIM), (7,), (2, SLOTS, STYLE_DIM)]:
        with pytest.raises(ShapeError, match="10 slots of 12 numbers"):
            find_boundary(positive, negative, orthogonal_to=[torch.ones(shape)])


# --- sweeps, strips, files ---


def test_a_sweep_is_one_edit_per_strength(model):
    latents = apply_edit_vector(sample_latents(model, 1), torch.ones(STYLE_DIM), 0.5)
    vector = torch.randn(SLOTS, STYLE_DIM)
    strengths = [-2.0, 0.0, 0.5]
    sweep = sweep_edit(latents, vector, strengths, "3-")
    assert sweep.batch == 3 and len(sweep.f) == 1
    for index, strength in enumerate(strengths):
        one = apply_edit_vector(latents, vector, strength, "3-")
        torch.testing.assert_close(sweep[index].w_plus, one.w_plus)
        torch.testing.assert_close(sweep[index].edit, one.edit)
        torch.testing.assert_close(
            decode_latents(model, sweep)[index], decode_latents(model, one)[0], atol=1e-3, rtol=1e-3
        )
    assert torch.equal(sweep[1].w_plus, latents.w_plus)
    other = torch.randn(SLOTS, STYLE_DIM)
    grid = sweep_edit(latents, vector, strengths, "3-", second=(other, [0.0, 2.0]))
    assert grid.batch == 6 and len(grid.f) == 1
    torch.testing.assert_close(grid.w_plus[:3], sweep.w_plus)
    last = apply_edit_vector(sweep[2], other, 2.0, "3-")
    torch.testing.assert_close(grid[5].w_plus, last.w_plus)
    for shape in [(STYLE_DIM,), (1, STYLE_DIM), (1, SLOTS, STYLE_DIM)]:
        assert sweep_edit(latents, torch.ones(shape), strengths).batch == 3


def test_impossible_sweeps_are_refused(model):
    latents = sample_latents(model, 1)
    vector = torch.zeros(SLOTS, STYLE_DIM)
    with pytest.raises(StyleGANEXError, match="at least one strength"):
        sweep_edit(latents, vector, [])
    with pytest.raises(StyleGANEXError, match="at least one strength"):
        sweep_edit(latents, vector, [1.0], second=(vector, []))
    with pytest.raises(ShapeError, match="3 pictures"):
        sweep_edit(sweep_edit(latents, vector, [0, 1, 2]), vector, [1.0])
    with pytest.raises(ShapeError, match="one edit vector"):
        sweep_edit(latents, vector.expand(2, -1, -1), [1.0])
    with pytest.raises(ShapeError, match="Load a vector made for this model"):
        sweep_edit(latents, torch.zeros(18, STYLE_DIM), [1.0])


def test_vectors_of_the_model_that_was_widened_go_on_working():
    f, styles = torch.zeros(1, 8, 4, 4), torch.ones(1, 14, 128)
    wide = Latents(f, styles)
    for shape in [(64,), (1, 64), (14, 64), (1, 14, 64)]:
        edited = apply_edit_vector(wide, torch.ones(shape), 2.0)
        assert (edited.w_plus[..., :64] == 3).all() and (edited.w_plus[..., 64:] == 1).all()
        assert edited.edit is not None and edited.edit.shape == styles.shape
    assert sweep_edit(wide, torch.ones(14, 64), [0.0, 1.0]).batch == 2
    narrow = Latents(f, torch.ones(1, 14, 64))  # of the tasks, which were not widened
    shared = torch.cat([torch.ones(14, 64), torch.zeros(14, 64)], dim=1)
    assert (apply_edit_vector(narrow, shared, 2.0).w_plus == 3).all()
    for width, other in ((128, 32), (512, 64), (64, 128)):  # of another family
        with pytest.raises(ShapeError, match="Load a vector made for this model"):
            apply_edit_vector(Latents(f, torch.ones(1, 14, width)), torch.ones(14, other))


def test_a_strip_shows_every_picture_over_its_label():
    pictures = torch.stack([torch.full((3, 40, 20), value) for value in (-1.0, 0.0, 1.0)])
    strip = draw_strip(pictures, ["-1", "same", "same"], height=80)
    assert strip.shape == (1, 3, 8 + 80 + 24 + 8, 8 + 3 * 48)
    for index, value in enumerate((-1.0, 0.0, 1.0)):
        tile = strip[..., 8:88, 8 + 48 * index : 48 + 48 * index]
        assert (tile - value).abs().max() < 0.01
        caption = strip[..., 88:, 8 + 48 * index : 48 + 48 * index]
        assert caption.min() < 0 < caption.max()
    with pytest.raises(ShapeError, match="2 labels for 3 pictures"):
        draw_strip(pictures, ["a", "b"])


def test_found_vectors_are_saved_with_their_names(model, tmp_path):
    vectors = factorize_weights(model, 2) | find_components(model, 2, samples=500)
    save_edit_vectors(tmp_path / "found.safetensors", vectors, {"unit": "one standard deviation"})
    names = edit_vector_names(tmp_path / "found.safetensors")
    assert sorted(names) == ["samples-1", "samples-2", "weights-1", "weights-2"]
    for name, vector in vectors.items():
        assert torch.equal(load_edit_vector(tmp_path / "found.safetensors", name), vector)


# --- with the demo's faces ---


@pytest.fixture(scope="module")
def demo():
    if "photo" not in demo_names():
        pytest.skip("NO DEMO MODEL: styleganex_core/demo/photo.safetensors is not there yet.")
    return load_demo("photo")


# Attributes that every face has more or less of; glasses are there or not, and their change in a
# picture depends on the person more than on the vector.
@pytest.mark.parametrize(
    "attribute",
    ["age", *(pytest.param(name, marks=pytest.mark.slow) for name in ("hair_light", "turn_right"))],
)
def test_examples_of_an_attribute_lead_to_that_attribute(demo, attribute):
    """Eight people with more and less of it: the boundary changes another as the vector does."""
    own = demo.edit_vectors[attribute]
    people = join_latents([sample_latents(demo, seed, truncation=0.8) for seed in range(100, 108)])
    found = find_boundary(apply_edit_vector(people, own, 2.0), apply_edit_vector(people, own, -2.0))
    assert cosine(found.flatten(), own.flatten(), dim=0) > 0.9

    person = sample_latents(demo, 3, truncation=0.8)
    before = decode_latents(demo, person)
    changes = [
        decode_latents(demo, apply_edit_vector(person, vector)) - before
        for vector in (1.5 * own, 1.5 * found * own.norm() / found.norm())
    ]
    assert cosine(changes[0].flatten(), changes[1].flatten(), dim=0) > 0.8
    assert changes[1].abs().mean() > 0.5 * changes[0].abs().mean()


@pytest.mark.slow
@pytest.mark.parametrize("find", [factorize_weights, find_components])
def test_directions_without_labels_change_the_picture(demo, find):
    person = sample_latents(demo, 3, truncation=0.8)
    for vector in find(demo, 3).values():
        left, right = decode_latents(demo, sweep_edit(person, vector, [-2.0, 2.0]))
        assert (left - right).abs().mean() > 0.05
