"""What live editing holds is bounded, and goes when nobody needs it."""

from __future__ import annotations

import pytest

from ...live_parts import live_part

store_module = live_part("store")
Entry, LiveStore = store_module.Entry, store_module.LiveStore
MEBIBYTE = 2**20


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock):
    return LiveStore(clock)


def entry(size: int = MEBIBYTE, model: object = "model", client: str | None = None):
    return Entry(
        model=model,
        latents=None,
        vectors={},
        bytes=size,
        run=b"run",
        run_strengths=(),
        run_layers="all",
        client=client,
    )


def test_handles_are_found_and_differ(store):
    first, second = entry(), entry()
    handles = [store.issue(first), store.issue(second)]
    assert len(set(handles)) == 2
    assert all(len(handle) >= 24 for handle in handles)
    assert store.find(handles[0]) is first
    assert store.find("x" * 24) is None


def test_the_least_recently_used_goes_when_bytes_run_out(store):
    quarter = store_module.LARGEST_BYTES // 4
    handles = [store.issue(entry(quarter)) for _ in range(4)]
    store.find(handles[0])
    newest = store.issue(entry(quarter))
    assert store.find(handles[1]) is None
    assert store.find(handles[0]) and store.find(newest)
    assert store.bytes <= store_module.LARGEST_BYTES
    assert store.losses == 1


def test_what_is_larger_than_all_may_be_is_not_held(store):
    assert store.issue(entry(store_module.LARGEST_BYTES + 1)) is None
    assert len(store) == store.losses == 0


def test_only_a_few_models_are_kept_alive(store):
    models = [object() for _ in range(store_module.MOST_MODELS + 1)]
    handles = [store.issue(entry(model=model)) for model in models]
    assert store.find(handles[0]) is None
    assert all(store.find(handle) for handle in handles[1:])


def test_the_number_of_results_is_bounded(store):
    handles = [store.issue(entry(size=1)) for _ in range(store_module.MOST_ENTRIES + 3)]
    assert len(store) == store_module.MOST_ENTRIES
    assert store.find(handles[2]) is None and store.find(handles[3])


def test_a_replaced_result_is_no_loss(store):
    replaced, removed = store.issue(entry()), store.issue(entry())
    assert store.release(replaced, replaced=True)
    assert store.losses == 0
    assert store.release(removed, replaced=False)
    assert store.losses == 1
    assert not store.release(removed, replaced=False)
    assert store.losses == 1
    assert len(store) == store.bytes == 0


def test_results_of_closed_pages_go_soon_and_others_when_idle(store, clock):
    closed = store.issue(entry(client="closed"))
    reloaded = store.issue(entry(client="here"))
    script = store.issue(entry())
    clock.now = store_module.GONE_SECONDS + 1
    store.sweep(lambda client: client == "here")
    assert store.find(closed) is None
    assert store.find(reloaded) and store.find(script)
    clock.now += store_module.IDLE_SECONDS + 1
    store.sweep(lambda client: True)
    assert len(store) == 0


def test_a_page_that_reloads_keeps_its_results(store, clock):
    handle = store.issue(entry(client="reloading"))
    clock.now = store_module.GONE_SECONDS / 2
    store.sweep(lambda client: False)
    assert store.find(handle)


def test_few_pictures_are_kept_per_result():
    held = entry()
    for index in range(3 * store_module.PICTURES_KEPT):
        held.keep_picture(index, b"picture")
    assert len(held.pictures) == store_module.PICTURES_KEPT
    assert 3 * store_module.PICTURES_KEPT - 1 in held.pictures
