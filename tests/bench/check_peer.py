"""The other side must train the same model: its logits and loss are held to the reference before anything is timed."""

from __future__ import annotations

import torch

import settings  # first: it knows where the reference lies
from minicpm_reference import forward, token_losses
from peer_model import MiniCpm

LENGTH = 48


def check_peer() -> None:
    torch.manual_seed(2)
    shape = settings.shape(hidden=64, layers=3, heads=4, vocabulary=97)
    model = MiniCpm(shape, LENGTH).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
        # The tables were rounded to float32; the reference has them in the model's dtype.
        ids, targets = torch.randint(97, (2, LENGTH)), torch.randint(97, (2, LENGTH))
        expected = forward(ids, dict(model.named_parameters()), shape)
        torch.testing.assert_close(model.logits(ids), expected, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(model(ids, targets), token_losses(expected, targets).mean(), rtol=1e-5, atol=1e-5)


if __name__ == "__main__":
    check_peer()
    print("the peer computes the reference's model")
