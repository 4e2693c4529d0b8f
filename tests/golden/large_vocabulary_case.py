"""122,753 pieces, the vocabulary of the published models, with the output head tied and untied.

The gradients of the tables are too large to keep. Kept are the rows that the batch names and some others, the norm of
each block of 1024 rows, and eight sums of all rows with random signs: a wrong row anywhere changes those.
"""

from __future__ import annotations

import numpy as np
import torch

import counter_random
from float32_yardstick import largest_errors
from golden_case import (
    SEED,
    Golden,
    fingerprints,
    initial_values,
    inputs_and_targets,
    model_report,
    random_tokens,
)
from loss_and_gradients import loss_and_gradients
from minicpm_reference import EMBEDDING, LM_HEAD, ModelShape, loss_positions

VOCABULARY = 122_753
IDS_STREAM, ROWS_STREAM, SIGNS_STREAM = (f"golden.large-vocabulary.{what}" for what in ("ids", "rows", "signs"))
# More positions than one chunk of the loss takes (ChunkedCrossEntropy.LeastRows).
BATCH, LENGTH = 3, 45
IGNORED_TARGETS = [(0, 9), (1, 44)]
LOGIT_POSITIONS = [(0, 0), (1, 44), (2, 17)]
OTHER_ROWS, BLOCK_ROWS, SIGNED_SUMS = 64, 1024, 8


def compute(tied: bool) -> Golden:
    shape = ModelShape(
        hidden_size=16,
        intermediate_size=40,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        vocab_size=VOCABULARY,
        dim_model_base=32,
        tie_word_embeddings=tied,
    )
    inputs, targets = inputs_and_targets(_tokens(), IGNORED_TARGETS)
    rows = _rows(inputs, targets)
    start = initial_values(shape)

    def run(values: dict[str, np.ndarray], dtype: torch.dtype) -> dict[str, np.ndarray]:
        return _kept(loss_and_gradients(values, inputs, targets, shape, dtype), rows)

    reference = run(start, torch.float64)
    prefixes = ("gradient.", "rows.", "signed_sums.")
    errors = largest_errors(lambda values: run(values, torch.float32), start, reference, prefixes)
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "rows_stream": ROWS_STREAM,
        "signs_stream": SIGNS_STREAM,
        "model": model_report(shape),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    positions = np.array(LOGIT_POSITIONS, dtype=np.int64)
    exact = {"input_ids": inputs, "targets": targets, "row_ids": rows, "logit_positions": positions}
    return Golden("large-vocabulary" if tied else "large-vocabulary-untied", exact, reference, errors, report)


def _tokens() -> np.ndarray:
    """Random but for both ends of the vocabulary, as input and as target, and one piece that comes twice."""
    tokens = random_tokens(IDS_STREAM, (BATCH, LENGTH + 1), VOCABULARY)
    tokens[0, 4], tokens[1, 20] = VOCABULARY - 1, 0
    tokens[1, 7] = tokens[0, 2]
    return tokens


def _rows(inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    others = random_tokens(ROWS_STREAM, (OTHER_ROWS,), VOCABULARY)
    named = np.concatenate([inputs.ravel(), targets.ravel(), others])
    return np.unique(named[named >= 0])


def _kept(results: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    sequences, positions = (list(axis) for axis in zip(*LOGIT_POSITIONS))
    kept = {"loss": results["loss"], "logits": results["logits"][sequences, positions][:, rows]}
    for name, gradient in results.items():
        if name in (f"gradient.{EMBEDDING}", f"gradient.{LM_HEAD}"):
            table, wide = name.removeprefix("gradient."), gradient.astype(np.float64)
            starts = np.arange(0, VOCABULARY, BLOCK_ROWS)
            kept[f"rows.{table}"] = gradient[rows]
            kept[f"signed_sums.{table}"] = _signs().T @ wide
            kept[f"block_norms.{table}"] = np.sqrt(np.add.reduceat((wide**2).sum(axis=1), starts))
        elif name.startswith("gradient."):
            kept[name] = gradient
    return kept


def _signs() -> np.ndarray:
    """[piece, sum]: 1 where bit `sum` of the piece's word is set, otherwise -1."""
    words = counter_random.words(SEED, SIGNS_STREAM, 0, VOCABULARY)
    bits = words[:, None] >> np.arange(SIGNED_SUMS, dtype=np.uint64)[None, :] & np.uint64(1)
    return bits.astype(np.float64) * 2 - 1
