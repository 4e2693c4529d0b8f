#!/usr/bin/env bash
# TorchSharp's Hardtanh returns its input as it is, and elu_ leaves the tensor that it is called on as it is.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       nn.Hardtanh(-1, 1) clips to -1 and 1, as a module, as a function and as a method of Tensor. A method with
#             an underscore at its end changes its tensor in place, one without does not.
# Behaviour   Hardtanh clips only in place (inplace: true, or hardtanh_). Otherwise the values come back unclipped:
#             module, function and method alike. With elu_ it is the other way round: it returns the right values and
#             does not change the tensor. relu6_, celu_, leaky_relu_, silu_ and the other activations change theirs.
# Output seen nn.Hardtanh(-1, 1): -3.00 0.50 3.00
#             functional.hardtanh: -3.00 0.50 3.00
#             tensor.hardtanh: -3.00 0.50 3.00
#             nn.Hardtanh, in place: -1.00 0.50 1.00
#             tensor.clamp: -1.00 0.50 1.00
#             elu_ returns -0.95 0.50 3.00 and leaves -3.00 0.50 3.00
#             celu_ returns -0.95 0.50 3.00 and leaves -0.95 0.50 3.00
# Hurts       networks with Hardtanh, which become linear where they should saturate, and code that calls elu_ for its
#             effect. tensor.clamp(-1, 1) clips.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

Console.WriteLine($"nn.Hardtanh(-1, 1): {Text(Hardtanh(-1, 1).call(Input()))}");
Console.WriteLine($"functional.hardtanh: {Text(functional.hardtanh(Input(), -1, 1))}");
Console.WriteLine($"tensor.hardtanh: {Text(Input().hardtanh(-1, 1))}");
Console.WriteLine($"nn.Hardtanh, in place: {Text(Hardtanh(-1, 1, inplace: true).call(Input()))}");
Console.WriteLine($"tensor.clamp: {Text(Input().clamp(-1, 1))}");
var elu = Input();
var returned = elu.elu_(1.0);
Console.WriteLine($"elu_ returns {Text(returned)} and leaves {Text(elu)}");
var celu = Input();
Console.WriteLine($"celu_ returns {Text(celu.celu_(1.0))} and leaves {Text(celu)}");

static Tensor Input() => tensor(new[] { -3f, 0.5f, 3f });

static string Text(Tensor values) =>
    string.Join(" ", values.data<float>().ToArray().Select(value => FormattableString.Invariant($"{value:F2}")));
PROGRAM
run_program
expect_found <<'SEEN'
nn.Hardtanh(-1, 1): -3.00 0.50 3.00
functional.hardtanh: -3.00 0.50 3.00
tensor.hardtanh: -3.00 0.50 3.00
nn.Hardtanh, in place: -1.00 0.50 1.00
tensor.clamp: -1.00 0.50 1.00
elu_ returns -0.95 0.50 3.00 and leaves -3.00 0.50 3.00
celu_ returns -0.95 0.50 3.00 and leaves -0.95 0.50 3.00
SEEN
