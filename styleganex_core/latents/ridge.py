"""A linear discriminant's system, solved in small steps, so that a cancel acts soon."""

from __future__ import annotations

import torch

STEPS = 300  # of Lanczos at most; some tens are enough unless several axes vary equally
SETTLED = 1e-12  # relative growth of the largest variance between two steps that ends the search
EXACT = 1e-14  # relative error that ends the solution: that of float64


def largest_variance(rows: torch.Tensor) -> float:
    """The largest eigenvalue of rows^T rows, `rows` being [N, P] in float64.

    The same rows always give the same number. Source: Lanczos (1950), with every step made
    orthogonal to all before it, which keeps rounding out of it (Paige, 1972).
    """
    random = torch.Generator().manual_seed(0)
    step = torch.randn(rows.shape[1], generator=random, dtype=rows.dtype).to(rows.device)
    basis = torch.empty(0, rows.shape[1], dtype=rows.dtype, device=rows.device)
    diagonal: list[torch.Tensor] = []
    beside: list[torch.Tensor] = []  # the diagonal
    largest = 0.0
    for _ in range(min(STEPS, *rows.shape)):
        basis = torch.cat([basis, (step / step.norm())[None]])
        step = rows.T @ (rows @ basis[-1])
        diagonal.append(basis[-1] @ step)
        for _ in range(2):  # the second pass removes what rounding left
            step = step - basis.T @ (basis @ step)
        tridiagonal = torch.diag(torch.stack(diagonal))
        if beside:
            tridiagonal = tridiagonal + torch.diag(torch.stack(beside), -1)
        before, largest = largest, float(torch.linalg.eigvalsh(tridiagonal)[-1])
        length = step.norm()
        if largest - before <= SETTLED * largest or length <= SETTLED * largest:
            break
        beside.append(length)
    return largest


def solve_ridge(rows: torch.Tensor, ridge: float, right: torch.Tensor) -> torch.Tensor:
    """The x [P] with (rows^T rows / ridge + 1) x = right, `rows` being [N, P].

    By conjugate gradients (Hestenes and Stiefel, 1952): with a ridge as large as the largest
    variance some 20 steps are exact, and the matrix [P, P] is never formed.
    """
    solution, left = torch.zeros_like(right), right
    way, error = left, left.square().sum()
    goal = error * EXACT**2
    for _ in range(len(right)):
        if error <= goal:
            break
        moved = rows.T @ (rows @ way) / ridge + way
        length = error / (way @ moved)
        solution, left = solution + length * way, left - length * moved
        before, error = error, left.square().sum()
        way = left + error / before * way
    return solution
