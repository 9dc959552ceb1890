"""`evaluate --demo`: scenes, rows, resuming, the page."""

from __future__ import annotations

import json

import pytest
import torch

from styleganex_core import Latents, transform_features
from styleganex_core.networks import GeneratorConfig, Model, ModelConfig
from styleganex_lab.__main__ import main
from styleganex_lab.evaluation import bench, demo, report
from styleganex_lab.evaluation.bench import Bench, HeldOut, move_attribute
from styleganex_lab.evaluation.grids import choose_cases, draw_cases
from styleganex_lab.evaluation.metrics import mean_iou
from styleganex_lab.evaluation.rows import Row, Verdict, scene_numbers, spread
from styleganex_lab.evaluation.rows_edit import MoveRow
from styleganex_lab.evaluation.rows_photo import landmark_error
from styleganex_lab.evaluation.rows_task import FRAMES, animate, confusion, iou
from styleganex_lab.portraits import ATTRIBUTES
from styleganex_lab.training.start.styles import design_mapping


def quiet(label):
    return lambda done, total: None


class CountingRow(Row):
    """Measures nothing but how often it was asked."""

    name, what, target = "counting", "counting scenes", "all"
    models = ()
    measured = 0

    def measure(self, bench, scenes):
        CountingRow.measured += len(scenes)
        return {"scene": scene_numbers(scenes), "score": torch.tensor(scenes.numbers).float()}

    def judge(self, values):
        return Verdict(f"{len(values['score'])} scenes", len(values["score"]) > 2, {})

    def show(self, bench, scenes, case):
        return {"scene": scenes.image}


class MissingRow(CountingRow):
    name, models = "missing", ("no_such_model",)


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(demo, "list_rows", lambda: [CountingRow(), MissingRow()])
    monkeypatch.setattr(CountingRow, "measured", 0)


@pytest.mark.slow
def test_rows_are_measured_once_and_written_down(tmp_path, rows):
    said = []
    options = {"seed": 5, "progress": quiet, "say": said.append}
    table = demo.evaluate_demo(tmp_path, scenes=3, **options)
    assert "| counting scenes | all | 3 scenes | reached | 3 |" in table
    assert "`no_such_model` not bundled yet" in table
    assert CountingRow.measured == 3
    page = (tmp_path / "demo.md").read_text()
    assert table.strip() in page
    assert "figures-counting.jpg" in page
    assert (tmp_path / "images" / "figures-counting.jpg").stat().st_size > 1000

    demo.evaluate_demo(tmp_path, scenes=3, **options)
    assert CountingRow.measured == 3, "done before"
    assert any("done before" in line for line in said)
    demo.evaluate_demo(tmp_path, scenes=2, **options)
    assert CountingRow.measured == 5, "other scenes are measured anew"
    state = json.loads((tmp_path / "images" / "figures.json").read_text())
    assert state["counting"]["passed"] is False
    assert "**missed**" in (tmp_path / "demo.md").read_text()


def test_words_around_the_figures_stay(tmp_path, rows):
    page = tmp_path / "demo.md"
    page.write_text(f"# Mine\n\n{report.BEGIN}\nold\n{report.END}\n\nThe end.\n")
    demo.evaluate_demo(tmp_path, scenes=1, seed=5, progress=quiet, say=lambda line: None)
    text = page.read_text()
    assert text.startswith("# Mine\n\n") and text.endswith("\n\nThe end.\n")
    assert "old" not in text and "counting scenes" in text


def test_a_broken_state_counts_as_nothing(tmp_path, rows):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "figures.json").write_text("{broken")
    demo.evaluate_demo(tmp_path, scenes=1, seed=5, progress=quiet, say=lambda line: None)
    assert CountingRow.measured == 1


def test_an_unknown_row_is_named(capsys):
    assert main(["evaluate", "--demo", "--rows", "generator,magic"]) == 2
    said = capsys.readouterr().err
    assert "magic" in said and "toonify" in said


def test_every_row_has_a_name_of_its_own():
    names = [row.name for row in demo.list_rows()]
    assert len(set(names)) == len(names)


def test_a_smaller_set_is_the_beginning_of_a_larger_one():
    few, many = HeldOut(3, 7).people, HeldOut(25, 7).people
    for a, b in zip(few, many, strict=True):
        assert torch.equal(a, b[:3])
    numbers = [n for chunk in HeldOut(12, 7).chunks(11) for n in chunk.numbers]
    assert numbers == list(range(11))


def test_one_scene_is_the_same_alone():
    together, alone = HeldOut(4, 7).pick([1, 3]).only(1), HeldOut(4, 7).pick([3])
    torch.testing.assert_close(together.image, alone.image)
    assert together.numbers == alone.numbers == (3,)


def test_another_model_makes_figures_out_of_date(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    (tmp_path / "photo.safetensors").write_bytes(b"one")
    first = bench.fingerprint(("photo",))
    assert bench.fingerprint(("photo",)) == first
    (tmp_path / "photo.safetensors").write_bytes(b"two")
    assert bench.fingerprint(("photo",)) != first


def test_an_edit_moves_its_attribute_within_range():
    attributes = torch.zeros(2, len(ATTRIBUTES))
    attributes[1] = 0.9
    asked, column, sign = move_attribute(attributes, "age", 1.5)
    assert ATTRIBUTES[column] == "age" and sign == 1
    torch.testing.assert_close(asked[:, column], torch.tensor([1.5 / 3**0.5, 1.0]))
    asked[:, column] = attributes[:, column]
    assert torch.equal(asked, attributes)


@pytest.mark.parametrize("turn", [False, True])
def test_landmarks_are_expected_where_f_goes(turn):
    row = MoveRow(turn)
    scenes = HeldOut(1, 3).pick([0])
    (dx, dy, degrees), matrix = row._plan(scenes)
    f = torch.zeros(1, 1, 32, 32)
    old = (14, 18)  # x, y in cells
    f[0, 0, old[1], old[0]] = 1
    moved = transform_features(
        Latents(f=f, w_plus=torch.zeros(1, 2, 4)), dx=dx, dy=dy, rotation=degrees
    ).f[0, 0]
    total = moved.sum()
    place = torch.arange(32.0)
    found = torch.stack([(moved.sum(0) * place).sum(), (moved.sum(1) * place).sum()]) / total
    to_px = 8 * torch.tensor(old, dtype=torch.float32) + 3.5
    expected = matrix[:, :2] @ to_px + matrix[:, 2]
    torch.testing.assert_close(8 * found + 3.5, expected, atol=1.0, rtol=0)


def test_landmark_error_by_hand():
    truth = torch.full((1, 5, 2), 100.0)
    truth[0, 4, 0] = -10  # outside: does not count
    points = truth.clone()
    points[0, 0, 0] += 8
    points[0, 4, 0] += 500
    error = landmark_error(points, truth, torch.tensor([[50.0]]))
    assert error.item() == pytest.approx(100 * (8 / 4) / 50)


def test_iou_is_that_of_the_metrics():
    random = torch.Generator().manual_seed(0)
    truth = torch.randint(0, 5, (3, 8, 8), generator=random)
    labels = torch.where(torch.rand(3, 8, 8, generator=random) < 0.7, truth, 2)
    counts = confusion(labels, truth)
    assert iou(counts.sum(dim=0)[None]).item() == pytest.approx(mean_iou(labels, truth))
    assert iou(counts)[1].item() == pytest.approx(mean_iou(labels[1], truth[1]))


def test_people_in_clips_move_smoothly():
    people, place = animate(torch.zeros(1, len(ATTRIBUTES)), seed=3)
    assert people.shape == (FRAMES, len(ATTRIBUTES)) and place.shape == (FRAMES, 4)
    steps = people.diff(dim=0).abs()
    assert 0 < steps.max() < 0.5
    assert steps[:, ATTRIBUTES.index("beard")].max() == 0


def test_cases_are_best_median_and_worst():
    score = torch.tensor([5.0, float("nan"), 1, 9, 3, 7, 2, 8, 6, 4, 0])
    cases = choose_cases(score, each=1)
    assert [name for name, _ in cases] == ["best", "median", "worst"]
    assert cases[0][1] == 3 and cases[-1][1] == 1
    assert choose_cases(torch.tensor([1.0])) == [("case", 0)]
    few = choose_cases(torch.tensor([1.0, 3.0, 2.0]))
    assert few == [("best", 1), ("between", 2), ("worst", 0)]


def test_a_sheet_has_a_column_per_case():
    picture = torch.zeros(1, 3, 16, 16)
    one = draw_cases([("best", {"a": picture, "b": picture})], side=40)
    two = draw_cases([("best", {"a": picture, "b": picture})] * 2, side=40)
    assert two.width > one.width and two.height == one.height > 80


def test_spread_leaves_out_what_is_not_known():
    values = torch.tensor([1.0, 2.0, 3.0, float("nan")])
    assert spread(values)["mean"] == 2
    assert spread(torch.tensor([float("nan")])) == {}


def test_the_bench_loads_a_model_once(monkeypatch):
    calls = []

    def load(name):
        calls.append(name)
        return torch.nn.Conv2d(1, 1, 1)

    monkeypatch.setattr(bench, "load_demo", load)
    ours = Bench()
    assert ours.model("photo") is ours.model("photo")
    assert calls == ["photo"]


def test_a_widened_model_is_measured_on_the_same_people():
    z, found = HeldOut(3, 5).people[0], []
    for width in (64, 128):
        model = Model(ModelConfig(GeneratorConfig(64, width, (4,) * 5, 1)))
        design_mapping(model.generator.mapping)
        found.append(bench.styles_of(model, z))
    assert found[1].shape == (3, 10, 128)
    torch.testing.assert_close(found[1][..., :64], found[0], rtol=1e-4, atol=1e-4)
    assert not found[1][..., 64:].any()


def test_the_astronauts_row_says_whether_it_is_still_her():
    from styleganex_lab.evaluation.rows_real import AstronautRow

    measured = {"score": 28.0, "some": 24.0, "before": 15.0, "change toon": 0.1, "moved toon": 1.0}
    values = {name: torch.tensor([value]) for name, value in measured.items()}
    old = AstronautRow().judge(values)
    assert "Likeness" not in old.reached, "figures of before are judged as they are"
    likeness = {"likeness": 0.4, "likeness some": 0.55, "likeness before": 0.8}
    new = AstronautRow().judge(values | {k: torch.tensor([v]) for k, v in likeness.items()})
    assert new.reached.endswith("Likeness 0.40: the same person (200 steps: 0.55, Step I: 0.80)")
    assert new.figures["likeness"] == [0.4, 0.55, 0.8]
    assert new.passed == old.passed
