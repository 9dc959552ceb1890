"""Training by several processes or machines, as `torchrun` starts them.

Each process works on its rows of the same batch, so that all together take the steps that one
would; gradients are averaged by torch's DistributedDataParallel.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from styleganex_core.errors import StyleGANEXError


@dataclass(frozen=True)
class Ranks:
    """Which of how many processes this is, and its device."""

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def main(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def rows(self, batch: int) -> slice:
        """This process's part of a batch. Raises StyleGANEXError when it cannot be shared out."""
        if batch % self.count:
            raise StyleGANEXError(
                f"a batch of {batch} cannot be shared by {self.count} processes; start a number "
                f"of them that divides {batch}."
            )
        share = batch // self.count
        return slice(self.rank * share, (self.rank + 1) * share)

    def share(self, network: nn.Module) -> nn.Module:
        """The network, its gradients averaged over all processes."""
        if self.count == 1 or not any(p.requires_grad for p in network.parameters()):
            return network
        ids = [self.device.index or 0] if self.device.type == "cuda" else None
        return DistributedDataParallel(
            network, device_ids=ids, broadcast_buffers=False, find_unused_parameters=True
        )

    def mean(self, terms: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The terms averaged over all processes."""
        found = {name: term.detach() for name, term in terms.items()}
        if self.count > 1 and found:
            stacked = torch.stack([term.float() for term in found.values()])
            dist.all_reduce(stacked)
            found = dict(zip(found, (stacked / self.count).unbind(), strict=True))
        return found


@contextmanager
def join_ranks(device: str | None = None) -> Iterator[Ranks]:
    """This process among those that torchrun started; alone where it did not.

    `device`: "cpu" or "cuda"; a GPU by default, where there is one. Raises StyleGANEXError for a
    GPU that is not there.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    rank, local = (int(os.environ.get(name, "0")) for name in ("RANK", "LOCAL_RANK"))
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if kind == "cuda" and not torch.cuda.is_available():
        raise StyleGANEXError(
            "torch sees no GPU here; pass --device cpu or install torch for CUDA."
        )
    place = torch.device(kind, local) if kind == "cuda" else torch.device(kind)
    if kind == "cuda":
        torch.cuda.set_device(place)
    joined = count > 1 and not dist.is_initialized()
    if joined:
        dist.init_process_group("nccl" if kind == "cuda" else "gloo")
    try:
        yield Ranks(place, rank, count)
    finally:
        if joined:
            dist.destroy_process_group()
