"""The picture of a Live Edit node follows its sliders in the real editor."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from styleganex_core.demo import FOLDER
from styleganex_core.edit_ranges import read_edit_ranges

from ..unit.test_widget_texts import WIDGETS
from ..unit.test_widget_texts import read as widget_texts
from .editor import Editor, classic_only

RUN_ONCE = "Run once to show the picture"
JPEG_ERROR = 2 / 255  # mean difference that the preview's JPEG may make
NODE = 4
TEXTS = WIDGETS / "texts"


def graph(strengths: str = "smile: 1", **more: dict) -> dict:
    """Encode a face, then the Live Edit node 4; an output node, so nothing need follow."""
    nodes = {
        "1": ("LoadModel", {"file": "demo: photo"}),
        "2": ("ExampleImage", {"name": "rendered_anna"}),
        "3": ("Encode", {"model": ["1", 0], "image": ["2", 0]}),
        str(NODE): ("LiveEdit", {"model": ["1", 0], "latents": ["3", 0], "strengths": strengths}),
    }
    ours = {
        key: {"class_type": f"StyleGANEX_{kind}", "inputs": inputs}
        for key, (kind, inputs) in nodes.items()
    }
    return ours | more


class Live:
    """The widget of one Live Edit node."""

    def __init__(self, editor: Editor, node: int = NODE) -> None:
        self.editor = editor
        self.node = node

    @property
    def element(self):
        return self.editor.element(self.node, "live")

    @property
    def note(self) -> str:
        note = self.element.locator(".note")
        return note.evaluate("note => note.hidden ? '' : note.textContent")

    @property
    def strengths(self) -> str:
        return self.editor.value(self.node, "strengths")

    def sliders(self) -> list[str]:
        return self.element.locator(".row").evaluate_all(
            "rows => rows.filter(row => !row.hidden).map(row => row.dataset.vector)"
        )

    def slider(self, vector: str, part: str = "input[type=range]"):
        return self.element.locator(f'[data-vector="{vector}"] {part}')

    def slide(self, vector: str, *strengths: float) -> None:
        """As a hand does: one event per position, then let go."""
        self.slider(vector).evaluate(
            """(range, strengths) => {
                for (const strength of strengths) {
                    range.value = strength
                    range.dispatchEvent(new Event('input', { bubbles: true }))
                }
                range.dispatchEvent(new Event('change', { bubbles: true }))
            }""",
            list(strengths),
        )

    def source(self) -> str:
        return self.element.locator(".picture img").evaluate("image => image.src")

    def wait_picture(self, other_than: str = "") -> np.ndarray:
        """The picture [H, W, 3] in 0..1 once it is other than that address and the last to come."""
        self.editor.wait_for(
            self.source, lambda now: now.startswith("blob:") and now != other_than, "the picture"
        )
        self.wait_at_rest()
        return self.picture()

    def wait_at_rest(self) -> None:
        """Until no picture is asked for."""
        box = self.element.locator(".picture")
        self.editor.wait_for(
            lambda: box.get_attribute("aria-busy"), lambda busy: busy == "false", "a picture asked"
        )

    def picture(self) -> np.ndarray:
        data = self.element.locator(".picture img").evaluate(
            """async image => {
                const file = await (await fetch(image.src)).arrayBuffer()
                return btoa(String.fromCharCode(...new Uint8Array(file)))
            }""",
        )
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            return np.asarray(picture.convert("RGB"), dtype=np.float32) / 255

    def picture_before(self) -> np.ndarray:
        """What holding Space shows."""
        self.element.locator(".picture").focus()
        self.editor.page.keyboard.down("Space")
        self.element.locator(".badge").wait_for()
        self.wait_at_rest()
        before = self.picture()
        self.editor.page.keyboard.up("Space")
        return before

    def wait_side(self, px: int) -> np.ndarray:
        """The picture once it is of that size, the node being shown at its full size."""

        def look() -> tuple[tuple[int, ...], object]:
            self.editor.show_node(self.node)
            self.wait_at_rest()
            seen.append(self.picture())
            shown = self.element.locator(".picture").bounding_box()
            return seen[-1].shape, shown

        seen: list[np.ndarray] = []
        self.editor.wait_for(look, lambda found: found[0][:2] == (px, px), f"{px} px")
        return seen[-1]

    def wait_note(self, part: str) -> None:
        self.editor.wait_for(lambda: self.note, lambda now: part in now, "the note")


@pytest.fixture
def live(editor) -> Live:
    """A graph that has run once, the node in view."""
    return run_once(editor)


def run_once(editor: Editor, strengths: str = "smile: 1") -> Live:
    editor.load_api(graph(strengths))
    editor.show_node(NODE)
    assert editor.queue().error is None
    live = Live(editor)
    live.wait_picture()
    return live


# What a run of a photo with two faces tells, put onto the run's own result.
TWO_FACES = """([id, picture]) => {
    const name = 'StyleGANEX.LiveEdit.results'
    const result = JSON.parse(sessionStorage.getItem(name)).at(-1).result
    const faces = [{ zoom: 2, picture }, { zoom: 3, picture }]
    const node = app.canvas.graph.getNodeById(id)
    node.onExecuted({ styleganex_live: [{ ...result, faces }] })
}"""
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def prompts(editor: Editor) -> int:
    return len(editor.server.request("/history"))


def test_before_the_first_run_it_says_what_to_do(editor):
    editor.load_api(graph("smile: 1, age: -0.5"))
    editor.show_node(NODE)
    live = Live(editor)
    assert RUN_ONCE in live.note
    assert live.sliders() == ["smile", "age"]
    assert live.slider("age", "input[type=number]").input_value() == "-0.5"


@pytest.mark.every_renderer
def test_the_picture_follows_without_queueing(editor, live):
    before, queued = live.picture(), prompts(editor)
    assert live.sliders()[0] == "smile", "sliders in use come first"
    assert len(live.sliders()) > 10
    source = live.source()
    live.slide("glasses", 1, 2)
    followed = live.wait_picture(other_than=source)
    assert live.strengths == "smile: 1, glasses: 2"
    assert difference(before, followed) > JPEG_ERROR / 2
    assert prompts(editor) == queued
    assert live.note == ""

    live.element.get_by_role("button", name="Take a snapshot").click()
    editor.evaluate(TWO_FACES, [NODE, DOT])
    live.element.get_by_role("button", name="face 1 alone").click()
    live.wait_at_rest()
    source, alone = live.source(), live.picture()
    live.slide("age", 2)
    editor.wait_value(NODE, "face_strengths", "[1] age: 2")
    assert live.strengths == "smile: 1, glasses: 2", "what all have stays"
    assert difference(alone, live.wait_picture(other_than=source)) > JPEG_ERROR / 2
    live.element.get_by_role("button", name="face 2 alone").click()
    assert float(live.slider("age").input_value()) == 0
    assert float(live.slider("glasses").input_value()) == 2
    live.element.get_by_role("button", name="all faces").click()
    live.slide("age", 1)
    editor.wait_value(NODE, "face_strengths", "")
    assert live.strengths == "smile: 1, glasses: 2, age: 1"

    snapshot = live.element.get_by_role("button", name="Snapshot 1")
    snapshot.locator("img").wait_for()
    shown = snapshot.bounding_box()
    assert shown["height"] == shown["width"] >= 36, "the picture is seen whole"
    snapshot.press("Enter")  # early Vue nodes can be higher than the window
    editor.wait_value(NODE, "strengths", "smile: 1, glasses: 2")
    editor.undo()
    editor.wait_value(NODE, "strengths", "smile: 1, glasses: 2, age: 1")
    Live(editor).element.get_by_role("button", name="Snapshot 1").press("Delete")
    editor.wait_for(
        lambda: Live(editor).element.locator(".snapshots").is_visible(), lambda seen: not seen, "it"
    )
    assert prompts(editor) == queued


def test_queueing_gives_the_picture_on_the_screen(editor, live):
    source = live.source()
    live.slide("age", 2.5)
    followed = live.wait_picture(other_than=source)
    save = {"class_type": "SaveImage", "inputs": {"images": [str(NODE), 1], "filename_prefix": "l"}}
    queued = editor.server.run({**json.loads(json.dumps(editor.api_graph())), "9": save})
    saved = editor.server.pictures(queued, "9")[0]
    assert followed.shape == saved.shape
    assert difference(followed, saved) < JPEG_ERROR


def test_the_newest_change_wins_and_nothing_piles_up(editor, live):
    sent, under_way, most = [], set(), [0]

    def is_picture(request) -> bool:
        return request.url.endswith("/live/picture")

    def start(request) -> None:
        if is_picture(request):
            sent.append(json.loads(request.post_data)["strengths"])
            under_way.add(request)
            most[0] = max(most[0], len(under_way))

    def end(request) -> None:
        under_way.discard(request)

    editor.page.on("request", start)
    for ended in ("requestfinished", "requestfailed"):
        editor.page.on(ended, end)
    try:
        live.slide("age", *[step / 10 for step in range(1, 25)])
        editor.wait_for(lambda: sent[-1:], lambda last: last == ["smile: 1, age: 2.4"], "requests")
        editor.wait_for(lambda: len(under_way), lambda count: count == 0, "answers")
    finally:
        editor.page.remove_listener("request", start)
        for ended in ("requestfinished", "requestfailed"):
            editor.page.remove_listener(ended, end)
    assert most[0] == 1
    assert len(sent) <= 4, (
        sent
    )  # the first change, the last, perhaps one between; and the one before


@pytest.mark.every_renderer
def test_pressing_the_picture_compares(editor, live):
    source = live.source()
    live.slide("age", 3)
    edited = live.wait_picture(other_than=source)
    before = live.picture_before()
    assert difference(before, edited) > JPEG_ERROR / 2
    assert difference(live.picture(), edited) == 0


@classic_only
@pytest.mark.one_frontend
def test_what_is_compared_is_equally_sharp_at_every_zoom(editor):
    live = run_once(editor)
    sides = []
    for zoom, age in ((0.3, 2), (1, 3)):
        source = live.source()
        editor.show_node(NODE, zoom)
        live.slide("age", age)
        edited = live.wait_picture(other_than=source)
        assert live.picture_before().shape == edited.shape
        sides.append(len(edited))
    assert sides[0] < sides[1], "a small picture is drawn no further than it is shown"


@classic_only
@pytest.mark.one_frontend
def test_a_picture_that_comes_nearer_is_drawn_again_as_sharp_as_it_is_shown(editor):
    live = run_once(editor)
    editor.show_node(NODE, 0.3)
    live.slide("age", 2)
    live.wait_at_rest()
    small = live.picture()
    source = live.source()
    editor.show_node(NODE, 1)
    sharp = live.wait_picture(other_than=source)
    assert len(sharp) > len(small)
    assert live.picture_before().shape == sharp.shape
    editor.show_node(NODE, 0.3)
    live.wait_at_rest()
    assert live.picture().shape == sharp.shape, "what is there already is not thrown away"


def test_keys_boxes_resets_and_search(editor, live):
    live.slider("smile").focus()
    editor.page.keyboard.press("ArrowRight")
    editor.wait_value(NODE, "strengths", "smile: 1.05")
    number = live.slider("age", "input[type=number]")
    number.fill("7.5")
    number.press("Enter")
    editor.wait_value(NODE, "strengths", "smile: 1.05, age: 7.5")
    assert float(live.slider("age").input_value()) == 7.5
    number.fill("99")
    number.press("Enter")
    assert "99 was not taken" in live.element.locator(".told").inner_text()
    assert number.input_value() == "7.5"
    editor.wait_value(NODE, "strengths", "smile: 1.05, age: 7.5")
    live.slider("age", "button").press("Enter")  # by key: it may lie below the window
    editor.wait_value(NODE, "strengths", "smile: 1.05")
    search = live.element.locator("input[type=search]")
    search.fill("hair")
    assert set(live.sliders()) == {"hair_light", "hair_length", "hair_red"}
    search.fill("what nobody has")
    assert live.sliders() == []
    assert "No slider" in live.element.locator(".told").inner_text()
    search.fill("")
    assert not live.element.locator(".told").is_visible()
    live.element.get_by_role("button", name="Reset all").press("Enter")
    editor.wait_value(NODE, "strengths", "")


@classic_only
@pytest.mark.one_frontend
def test_sliders_of_a_group_in_use_or_by_chance(editor):
    live = run_once(editor)
    choice = live.element.locator(".sliders select")
    choice.select_option("used")
    assert live.sliders() == ["smile"]
    choice.select_option("hair")
    hair = live.sliders()
    assert {"hair_length", "beard", "fringe"} <= set(hair) and "smile" not in hair
    live.element.get_by_role("button", name="Surprise me").click()
    editor.wait_for(lambda: live.strengths, lambda text: text != "smile: 1", "a surprise")
    chosen = dict(entry.split(": ") for entry in live.strengths.split(", "))
    assert chosen.pop("smile") == "1", "what is not shown stays"
    assert set(chosen) <= set(hair) and all(abs(float(value)) <= 1.5 for value in chosen.values())
    editor.undo()
    editor.wait_value(NODE, "strengths", "smile: 1")


@classic_only
@pytest.mark.one_frontend
def test_a_slider_says_where_its_edit_works_on_real_people(editor):
    known = read_edit_ranges(FOLDER / "photo.safetensors")
    smile = known["smile"]
    live = run_once(editor, f"smile: {smile.high + 1:g}")
    words = widget_texts("en")
    marks = live.element.locator(".row").evaluate_all(
        """rows => Object.fromEntries(rows.map(row =>
            [row.dataset.vector, row.querySelector('.mark')?.textContent ?? '']))"""
    )
    for name, mark in marks.items():
        weak = name in known and (known[name].faint or known[name].fails)
        assert mark == (words["live.weak"] if weak else "" if name in known else "?"), name
    label = live.slider("smile", ".label").get_attribute("title")
    assert words["live.works"].format(low=f"{smile.low:g}", high=f"{smile.high:g}") in label
    ends = live.slider("smile").evaluate(
        "range => ['--from', '--to'].map(end => Number(range.style.getPropertyValue(end)))"
    )
    reach = max(3, smile.high + 1)
    assert ends == pytest.approx([(end + reach) / (2 * reach) for end in (smile.low, smile.high)])
    beyond = live.element.locator(".row.beyond")
    assert beyond.evaluate_all("rows => rows.map(row => row.dataset.vector)") == ["smile"]
    live.slide("smile", smile.high)
    assert beyond.count() == 0


@classic_only
def test_strengths_are_kept_under_a_name_as_a_file_and_come_back(editor):
    live = run_once(editor, "smile: 1.5, age: 2")
    live.element.get_by_role("button", name="Keep these strengths").click()
    name = editor.page.get_by_role("dialog").locator("input").first
    name.fill("Old friend")
    name.press("Enter")
    file = editor.server.base / "user" / "default" / "styleganex" / "presets" / "Old friend.json"
    editor.wait_for(file.is_file, bool, "the preset's file")
    assert json.loads(file.read_text()) == {"strengths": {"smile": 1.5, "age": 2}}
    live.element.get_by_role("button", name="Reset all").click()
    editor.wait_value(NODE, "strengths", "")
    live.slide("glasses", 1)
    live.element.locator(".presets select").select_option("Old friend")
    editor.wait_value(NODE, "strengths", "smile: 1.5, age: 2")
    editor.undo()
    editor.wait_value(NODE, "strengths", "glasses: 1")


@classic_only
@pytest.mark.one_frontend
def test_a_slider_that_is_changed_elsewhere_is_scrolled_into_view(editor):
    live = run_once(editor)
    last = live.sliders()[-1]
    editor.set_value(NODE, "strengths", f"{last}: 2")
    shown = """row => {
        const [list, box] = [row.parentElement, row].map(one => one.getBoundingClientRect())
        return box.top >= list.top - 1 && box.bottom <= list.bottom + 1
    }"""
    row = live.element.locator(f'[data-vector="{last}"]')
    editor.wait_for(lambda: row.evaluate(shown), bool, "the slider in view")


@classic_only
@pytest.mark.one_frontend
def test_a_narrow_node_shows_all_of_its_sliders_and_a_high_one_more_of_them(editor):
    live = run_once(editor)
    list_ = live.element.locator(".list")
    rows = list_.evaluate("list => list.clientHeight")
    resize = "([id, by]) => { const n = app.graph.getNodeById(id); n.setSize([by[0], by[1]]) }"
    editor.evaluate(resize, [NODE, [340, 1100]])
    editor.show_node(NODE, 0.7)
    editor.wait_for(lambda: list_.evaluate("l => l.clientHeight"), lambda h: h > rows + 50, "more")
    narrow = """(root, text) => {
        root.style.width = '190px'
        const list = root.querySelector('.list')
        for (const button of root.querySelectorAll('.bar button'))
            if (button.textContent.length > 2) button.textContent = text
        const button = [...root.querySelectorAll('.bar button')].at(-1)
        const [inner, outer] = [button, button.parentElement].map(e => e.getBoundingClientRect())
        const fits = list.scrollWidth <= list.clientWidth
            && button.scrollWidth <= button.clientWidth
            && inner.right <= outer.right + 1
            && [...list.querySelectorAll('input, button')].every(one =>
                one.getBoundingClientRect().right <= list.getBoundingClientRect().right + 1)
        root.style.width = ''
        return fits
    }"""
    for path in sorted(TEXTS.glob("*.js")):
        longest = widget_texts(path.stem)["live.reset"]
        assert live.element.evaluate(narrow, longest), f"{path.stem}: {longest}"


def test_typing_the_text_moves_the_sliders(editor, live):
    editor.set_value(NODE, "strengths", "age: -2")
    editor.wait_for(
        lambda: live.slider("age", "input[type=number]").input_value(),
        lambda value: value == "-2",
        "the slider",
    )
    editor.set_value(NODE, "strengths", "nose: 1")
    live.wait_note('There is no edit vector "nose"')
    editor.set_value(NODE, "strengths", "what")
    live.wait_note("cannot be read")


@pytest.mark.every_renderer
def test_a_drag_is_one_step_of_undo(editor, live):
    live.slide("smile", 1.2, 1.4, 1.6, 1.8)
    editor.wait_value(NODE, "strengths", "smile: 1.8")
    editor.undo()
    editor.wait_value(NODE, "strengths", "smile: 1")
    live.wait_picture()
    editor.redo()
    editor.wait_value(NODE, "strengths", "smile: 1.8")
    source = Live(editor).source()
    live.slide("smile", -1)
    live.wait_picture(other_than=source)
    live.slider("smile").focus()
    editor.page.keyboard.press("Control+z")
    editor.wait_value(NODE, "strengths", "smile: 1.8")


def test_undo_leaves_the_node_as_large_as_it_had_grown(editor, live):
    height = "id => app.canvas.graph.getNodeById(id).size[1]"
    editor.evaluate("id => { app.canvas.graph.getNodeById(id).size[1] += 200 }", NODE)
    grown = editor.evaluate(height, NODE)
    live.slide("smile", 1.8)
    editor.undo()
    editor.wait_value(NODE, "strengths", "smile: 1")
    assert editor.evaluate(height, NODE) == grown
    editor.redo()
    editor.wait_value(NODE, "strengths", "smile: 1.8")


def test_a_copy_has_the_values_and_waits_for_its_run(editor, live):
    copy = Live(editor, editor.copy_and_paste(NODE))
    assert copy.strengths == "smile: 1"
    editor.show_node(copy.node)
    copy.wait_note(RUN_ONCE)
    copy.slide("smile", 2)
    editor.wait_value(copy.node, "strengths", "smile: 2")
    assert live.strengths == "smile: 1"


def test_several_nodes_show_their_own_faces(editor):
    other = {
        "5": {"class_type": "StyleGANEX_ExampleImage", "inputs": {"name": "rendered_ben"}},
        "6": {
            "class_type": "StyleGANEX_Encode",
            "inputs": {"model": ["1", 0], "image": ["5", 0]},
        },
        "7": {
            "class_type": "StyleGANEX_LiveEdit",
            "inputs": {"model": ["1", 0], "latents": ["6", 0], "strengths": "age: 1"},
        },
    }
    editor.load_api(graph(**other))
    assert editor.queue().error is None
    faces = []
    for node in (NODE, 7):
        editor.show_node(node)
        faces.append(Live(editor, node).wait_picture())
    assert difference(*faces) > 5 * JPEG_ERROR
    source = Live(editor, 7).source()
    Live(editor, 7).slide("age", 3)
    Live(editor, 7).wait_picture(other_than=source)
    assert Live(editor).strengths == "smile: 1"
    editor.show_node(NODE)
    assert difference(Live(editor).picture(), faces[0]) == 0


@pytest.mark.every_renderer
def test_inside_a_subgraph(editor, live):
    with editor.inside_subgraph(NODE) as inside:
        inner = Live(editor, inside)
        assert editor.queue().error is None
        inner.wait_picture()
        source = inner.source()
        inner.slide("age", 2)
        inner.wait_picture(other_than=source)
        assert inner.strengths == "smile: 1, age: 2"


@pytest.mark.every_renderer
def test_a_reloaded_page_shows_its_picture_again(editor, live):
    live.slide("smile", 2)
    editor.wait_value(NODE, "strengths", "smile: 2")
    queued = prompts(editor)
    editor.wait_kept("smile: 2")
    editor.reload()
    editor.show_node(NODE)
    Live(editor).wait_picture()
    assert prompts(editor) == queued


@classic_only
@pytest.mark.one_frontend
def test_a_result_that_the_server_lost_is_asked_for_calmly(editor):
    live = run_once(editor)
    handle = editor.evaluate(
        "name => JSON.parse(sessionStorage.getItem(name)).at(-1).result.handle",
        "StyleGANEX.LiveEdit.results",
    )
    answer = editor.server.request("/styleganex/live/release", {"handles": [handle]})
    assert answer == {"released": 1}
    live.slide("age", 1, 2)
    live.wait_note(RUN_ONCE)
    live.slide("age", 0.5)
    assert editor.queue().error is None
    live.wait_picture()
    assert live.note == ""


@classic_only
@pytest.mark.one_frontend
def test_a_removed_node_frees_its_result(editor):
    run_once(editor, "smile: 0.37")  # not the result of another test's graph, which is open still
    editor.evaluate(HURRY)
    try:
        with editor.page.expect_request("**/styleganex/live/release") as freed:
            editor.evaluate("id => app.graph.remove(app.graph.getNodeById(id))", NODE)
    finally:
        editor.evaluate("() => { window.setTimeout = window.unhurried }")
    assert json.loads(freed.value.post_data)["replaced"] is False


# The page waits a moment for an undo instead of 20 s.
HURRY = """() => {
    const wait = window.unhurried = window.setTimeout
    window.setTimeout = (act, ms, ...more) => wait(act, ms === 20_000 ? 100 : ms, ...more)
}"""
