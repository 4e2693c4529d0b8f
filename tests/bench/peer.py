"""One rank of the other side: DistributedDataParallel over gloo, AdamW, clipping. Started by peer_side.py.

Rank and world come from the environment, as torchrun sets them. Rank 0 writes a JSON line with the seconds of every
step; a step is what it is on our side too: read tokens, forward, backward, reduce, clip, update, and know the loss.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

import settings
from peer_model import MiniCpm
from tokens import TokenFolder


def parameter_groups(model: torch.nn.Module, scale_width: float) -> list[dict]:
    """muP: matrices inside the layers learn slower by scale_width; embedding and norms do not. Everything decays."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        (matrices if parameter.dim() == 2 and ".layers." in name else others).append(parameter)
    rate = settings.LEARNING_RATE
    return [{"params": matrices, "lr": rate / scale_width}, {"params": others, "lr": rate}]


def blas_core() -> str:
    library = ctypes.CDLL("libopenblas.so.0")
    library.openblas_get_corename.restype = ctypes.c_char_p
    return library.openblas_get_corename().decode()


def main(preset_json: str, steps: int, data: str, result_path: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    preset = settings.Preset.of_json(preset_json)
    shape = preset.shape
    torch.manual_seed(1)
    model = MiniCpm(shape, preset.sequence_length)
    # The buffers are constants: sending them every step would be a needless cost.
    parallel = DistributedDataParallel(model, gradient_as_bucket_view=True, broadcast_buffers=False)
    optimizer = torch.optim.AdamW(
        parameter_groups(model, shape.scale_width),
        betas=settings.BETAS, eps=settings.EPSILON, weight_decay=settings.WEIGHT_DECAY)
    warmup = settings.learning_rate_warmup(steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warmup))
    dataset = TokenFolder(data, preset.sequence_length)

    seconds, losses = [], []
    for step in range(steps):
        began = time.perf_counter()
        ids, targets = dataset.batch((step * world + rank) * preset.micro_batch, preset.micro_batch)
        loss = parallel(ids, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.CLIP_NORM)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - began)

    peaks: list = [None] * world
    dist.all_gather_object(peaks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    if rank == 0:
        facts = {"torch": torch.__version__, "blas_core": blas_core()}
        report = {"seconds": seconds, "losses": losses, "peak_bytes": peaks, "facts": facts}
        Path(result_path).write_text(json.dumps(report))
    # The first rank to go would take the connection of the other along.
    dist.barrier()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
