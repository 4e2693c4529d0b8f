"""One rank of the peak: multiplies 2048 x 2048 float32 matrices, all ranks at once.

Rank 0 writes the ranks' sum in FLOP/s."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist

SIZE = 2048


def main(duration: float, result_path: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    left, right = torch.randn(SIZE, SIZE), torch.randn(SIZE, SIZE)
    product = torch.empty(SIZE, SIZE)
    torch.mm(left, right, out=product)
    dist.barrier()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < duration:
        torch.mm(left, right, out=product)
        count += 1
    rate = torch.tensor(count * 2.0 * SIZE**3 / (time.perf_counter() - began), dtype=torch.float64)
    dist.all_reduce(rate)
    if dist.get_rank() == 0:
        Path(result_path).write_text(json.dumps({"flops_per_second": rate.item()}))
    dist.barrier()


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
