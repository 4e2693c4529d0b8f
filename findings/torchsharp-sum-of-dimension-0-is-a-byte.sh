#!/usr/bin/env bash
# TorchSharp's tensor.sum(0) is the sum of all values modulo 256; sum(1) is the sum over dimension 1.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       sum(0) adds up over dimension 0, as sum(1) does over dimension 1 and sum(-1) over the last, and has the
#             type of the tensor.
# Behaviour   The literal 0, and no other number, converts to every enumeration in C#, so it fits the overload
#             sum(ScalarType? type) as well. That one needs no default values and is taken. ScalarType 0 is Byte: all
#             values are cast to bytes and added up in one byte. prod(0), torch.sum(tensor, 0) and torch.prod(tensor, 0)
#             are the same. sum(0L), a variable that is 0, and sum(0, keepdim: true) are what one means. The compiler
#             says nothing, and where the result is broadcast in what follows, nothing else does either.
# Output seen counts.sum(0): Byte of shape []: 88
#             torch.sum(counts, 0): Byte of shape []: 88
#             counts.sum(1)[..2]: Float32 of shape [2]: 2 2
#             counts.sum(0L): Float32 of shape [2]: 300 300
#             counts.sum(first): Float32 of shape [2]: 300 300
#             (counts / 2).prod(0): Byte of shape []: 0
# Hurts       column sums: gradients of biases, counts per expert, averages over a batch. A C# analyzer would not see
#             it, and a test with ones and zeros may pass.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;

using var counts = ones(300, 2);
var first = 0;
Show("counts.sum(0)", counts.sum(0));
Show("torch.sum(counts, 0)", torch.sum(counts, 0));
Show("counts.sum(1)[..2]", counts.sum(1)[..2]);
Show("counts.sum(0L)", counts.sum(0L));
Show("counts.sum(first)", counts.sum(first));
Show("(counts / 2).prod(0)", (counts / 2).prod(0));

static void Show(string call, Tensor sum)
{
    var values = string.Join(" ", sum.to(ScalarType.Float64).reshape(-1).data<double>().ToArray());
    Console.WriteLine($"{call}: {sum.dtype} of shape [{string.Join(", ", sum.shape)}]: {values}");
}
PROGRAM
run_program
expect_found <<'SEEN'
counts.sum(0): Byte of shape []: 88
torch.sum(counts, 0): Byte of shape []: 88
counts.sum(1)[..2]: Float32 of shape [2]: 2 2
counts.sum(0L): Float32 of shape [2]: 300 300
counts.sum(first): Float32 of shape [2]: 300 300
(counts / 2).prod(0): Byte of shape []: 0
SEEN
