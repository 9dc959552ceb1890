"""Which engine a queue runs on: this process alone, workers of its own, or a cluster."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from styleganex_core.errors import StyleGANEXError, echo

from .here import Here
from .orders import Job

if TYPE_CHECKING:
    from .cluster import Cluster

INSTALL = 'install dask.distributed: python -m pip install -e ".[cluster]" in the repository'


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """The options about workers; all but the first two need the extra `cluster`."""
    cluster = parser.add_argument_group("workers (dask.distributed)")
    cluster.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes for edit, toonify and super-resolve (one per GPU, else 1)",
    )
    cluster.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="use the workers of this dask scheduler; only on a network you trust",
    )
    cluster.add_argument(
        "--resources",
        metavar="NAME=N",
        action="append",
        default=[],
        help="what an item needs of a worker, such as GPU=1; repeatable",
    )
    cluster.add_argument("--dashboard", action="store_true", help="show dask's, on this machine")
    cluster.add_argument("--tls-ca-file", metavar="FILE", help="as dask's own option; for tls://")
    cluster.add_argument("--tls-cert", metavar="FILE", help="as dask's own option")
    cluster.add_argument("--tls-key", metavar="FILE", help="as dask's own option")


def open_engine(
    job: Job, options: argparse.Namespace, say: Callable[[str], None]
) -> AbstractContextManager[Here | Cluster]:
    """The engine that the command line asks for, to be used in a with statement."""
    resources = _read_resources(options.resources)
    try:
        from . import cluster
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("dask", "distributed"):
            raise
        wants = options.scheduler or options.dashboard or resources or options.tls_ca_file
        if wants or (job.in_processes and len(job.places) > 1):
            raise StyleGANEXError(f"this needs workers; {INSTALL}.") from error
        if len(job.places) > 1:
            say(f"one server at a time; to use all of them at once {INSTALL}.")
        return Here(job)
    tls = {
        "tls_ca_file": options.tls_ca_file,
        "tls_client_cert": options.tls_cert,
        "tls_client_key": options.tls_key,
    }
    settings = cluster.ClusterSettings(
        _check_scheduler(options.scheduler),
        resources,
        {key: value for key, value in tls.items() if value},
        options.dashboard,
    )
    return cluster.open_cluster(job, settings, say)


def _check_scheduler(address: str | None) -> str | None:
    if address is not None and not address.startswith(("tcp://", "tls://")):
        raise StyleGANEXError(
            f'expected a scheduler such as tcp://127.0.0.1:8786, got "{echo(address)}".'
        )
    return address


def _read_resources(assignments: list[str]) -> dict[str, float]:
    resources = {}
    for assignment in assignments:
        name, equals, number = assignment.partition("=")
        if not (name and equals and number.isascii() and number.isdecimal() and len(number) < 10):
            raise StyleGANEXError(f'expected a resource such as GPU=1, got "{echo(assignment)}".')
        resources[name] = float(number)
    return resources
