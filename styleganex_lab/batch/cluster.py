"""The engine: dask.distributed, here or on a cluster that is there. The only module to import it.

Dask's processes speak pickle to each other, so whoever reaches a scheduler can run code: ours is
inside this process, or on loopback under a certificate of its own; another is the user's choice.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import signal
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dask import config as dask_config
from distributed import Client, Future, LocalCluster, Security, WorkerPlugin, get_worker, wait
from distributed.scheduler import KilledWorker

from styleganex_core.errors import StyleGANEXError

from .orders import Hand, Job, Order, Result, describe_error
from .queue import MAX_LOSSES

JOIN_SECONDS = 15.0  # for the workers to cancel what runs
CONNECT_SECONDS = 20.0
LOOPBACK_PORT = "127.0.0.1:0"  # any that is free


@dataclass(frozen=True)
class ClusterSettings:
    """`scheduler`: the address of one that is there, None for our own. `resources`: what an order
    needs of a worker, such as {"GPU": 1}. `tls`: files `tls_ca_file`, `tls_client_cert` and
    `tls_client_key`. `dashboard`: show one on loopback."""

    scheduler: str | None = None
    resources: Mapping[str, float] = field(default_factory=dict)
    tls: Mapping[str, str] = field(default_factory=dict)
    dashboard: bool = False


class Crew(WorkerPlugin):
    """Hires a hand on every worker, also on those that come later, and lets it go at the end."""

    def __init__(self, job: Job, local: bool) -> None:
        self.job = job
        self.local = local

    def setup(self, worker: Any) -> None:
        if self.local and self.job.in_processes:
            with contextlib.suppress(ValueError):  # not this process's main thread
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command alone
        self.hand: Hand = self.job.hire(int(worker.name) if self.local else None)

    def teardown(self, worker: Any) -> None:
        self.hand.stop()


def run_order(crew: str, order: Order | None) -> tuple[str, Result]:
    """Runs on a worker: its address, and what its hand made of the order, or says when asked."""
    worker = get_worker()
    plugin = worker.plugins.get(crew)
    if not isinstance(plugin, Crew):  # the command has ended
        return worker.address, Result("lost", worker.address)
    return worker.address, plugin.hand.do(order) if order else plugin.hand.greet()


class Cluster:
    """Places are the addresses of workers."""

    def __init__(self, client: Client, job: Job, settings: ClusterSettings) -> None:
        self._client = client
        self._job = job
        self._settings = settings
        self._crew = f"styleganex-{uuid.uuid4().hex}"
        self._flying: dict[Future, tuple[str, Order | None]] = {}

    def begin(self, local: bool) -> None:
        """Send the job to the workers."""
        try:
            self._client.register_plugin(Crew(self._job, local), name=self._crew)
        except (ImportError, AttributeError) as error:
            raise StyleGANEXError(
                f"the workers cannot run this package ({error}); install the same version of it "
                "on every machine of the cluster."
            ) from error

    def stop(self) -> None:
        """Have the workers cancel what runs."""
        with contextlib.suppress(Exception):  # a scheduler that is gone has stopped already
            self._client.unregister_worker_plugin(self._crew)
            if self._flying:
                self._wait(JOIN_SECONDS, "ALL_COMPLETED")

    def places(self) -> dict[str, int]:
        sizes = {name: min(threads, self._job.depth) for name, threads in self._threads().items()}
        for future, (place, order) in list(self._flying.items()):
            if order is None and place not in sizes:  # nobody is left to answer
                del self._flying[future]
        return sizes

    def _threads(self) -> dict[str, int]:
        if self._client.status != "running":
            raise StyleGANEXError("the scheduler no longer answers.")
        sizes: Any = self._client.nthreads()
        return sizes

    def start(self, order: Order, places: Sequence[str]) -> None:
        future = self._client.submit(
            run_order,
            self._crew,
            order,
            key=f"{order.item.name}-{uuid.uuid4().hex}",
            workers=list(places),
            allow_other_workers=True,
            resources=dict(self._settings.resources) or None,
            pure=False,
        )
        self._flying[future] = ("", order)

    def ask(self, place: str) -> None:
        future = self._client.submit(run_order, self._crew, None, workers=[place], pure=False)
        self._flying[future] = (place, None)

    def ended(self, seconds: float) -> list[tuple[str, Order | None, Result]]:
        if not self._flying:
            time.sleep(seconds)
            return []
        try:
            done = self._wait(seconds, "FIRST_COMPLETED")
        except TimeoutError:
            return []
        return [self._read(future, *self._flying.pop(future)) for future in done]

    def _wait(self, seconds: float, until: str) -> set[Future]:
        """The orders that ended; raises TimeoutError."""
        with self._client.as_current():
            ended: Any = wait(list(self._flying), timeout=seconds, return_when=until)
        return ended.done

    def _read(
        self, future: Future, place: str, order: Order | None
    ) -> tuple[str, Order | None, Result]:
        if future.status == "cancelled":
            raise StyleGANEXError("the scheduler lost the work it was given.")
        error: Any = future.exception()
        if error is None:
            place, result = future.result()
            return place, order, result
        if order and isinstance(error, KilledWorker):
            sentence = "worker after worker was lost over it."
            return place, order, Result("failed", place, sentence)
        return place, order, describe_error(error, place, order)


@contextlib.contextmanager
def open_cluster(
    job: Job, settings: ClusterSettings, say: Callable[[str], None]
) -> Iterator[Cluster]:
    """Workers of our own while it is open, one per place of the job; or those of a scheduler."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        local = settings.scheduler is None
        address = stack.enter_context(_start(job, settings)) if local else settings.scheduler
        client = stack.enter_context(_connect(address, settings))
        cluster = Cluster(client, job, settings)
        stack.callback(cluster.stop)
        cluster.begin(local)
        if settings.dashboard:
            say(f"dashboard: {client.dashboard_link}")
        yield cluster


def _connect(address: Any, settings: ClusterSettings) -> Client:
    try:
        security = Security(require_encryption=True, **settings.tls) if settings.tls else None
        return Client(address, timeout=CONNECT_SECONDS, security=security, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise StyleGANEXError(
            f"cannot reach the scheduler {settings.scheduler}: {error}. Start one with `dask "
            "scheduler`, or leave out --scheduler."
        ) from error


@contextlib.contextmanager
def _start(job: Job, settings: ClusterSettings) -> Iterator[LocalCluster]:
    """A scheduler and workers: threads of this process, or processes of their own."""
    options: dict[str, Any] = {
        "resources": dict(settings.resources),
        # Dask's web servers always start, and listen to everyone unless told otherwise.
        "dashboard_address": LOOPBACK_PORT,
        "worker_dashboard_address": LOOPBACK_PORT,
        "scheduler_kwargs": {"dashboard": settings.dashboard},
    }
    if job.in_processes:
        options["host"] = "127.0.0.1"
        if importlib.util.find_spec("cryptography"):
            options["security"] = Security.temporary()
    config = {"distributed.scheduler.allowed-failures": MAX_LOSSES - 1}
    threads = str(_threads_each(job))
    # Dask's own setting for this gives way to what the environment says, and stays behind in it.
    shared = _environment(OMP_NUM_THREADS=threads, MKL_NUM_THREADS=threads)
    with shared, dask_config.set(config), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = LocalCluster(
            n_workers=len(job.places),
            threads_per_worker=job.depth,
            processes=job.in_processes,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            **options,
        )
        with cluster:
            yield cluster


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Variables that processes inherit which are started meanwhile."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)


def _threads_each(job: Job) -> int:
    """Threads of one worker's arithmetic: the machine's, or what the user set, shared out."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    every = int(given) if given.isdecimal() else os.cpu_count() or 1
    return max(1, every // max(1, len(job.places)))
