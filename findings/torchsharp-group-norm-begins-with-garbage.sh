#!/usr/bin/env bash
# TorchSharp's GroupNorm begins with whatever was in memory as its weight and bias.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       A normalization begins as one: weight 1 and bias 0, as in PyTorch, and as TorchSharp's LayerNorm,
#             BatchNorm and InstanceNorm (affine) begin.
# Behaviour   The weight and the bias of GroupNorm are allocated and not filled. They hold what the memory held before:
#             bits of other tensors, zeros, very large numbers or NaN, another thing in each run. functional.group_norm
#             without a weight is right, and so is the module after nn.init.ones_ and zeros_.
# Output seen LayerNorm: begins as weight 1, bias 0
#             BatchNorm1d: begins as weight 1, bias 0
#             InstanceNorm1d: begins as weight 1, bias 0
#             GroupNorm: begins as something else
#             GroupNorm gives what functional.group_norm gives: False
#             ... after init.ones_ and init.zeros_: True
# Hurts       every model with GroupNorm that is trained from the beginning: losses of NaN, or, where the memory was
#             zero, a layer that gives nothing, now and then, and never twice alike. A model that is loaded from a file
#             is right.
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

// What the memory held before: sevens.
foreach (var old in Enumerable.Range(0, 64).Select(_ => full(64, 7f)).ToList())
    old.Dispose();
Show("LayerNorm", LayerNorm(64));
Show("BatchNorm1d", BatchNorm1d(64));
Show("InstanceNorm1d", InstanceNorm1d(64, affine: true));
Show("GroupNorm", GroupNorm(4, 64));
using var images = arange(128, dtype: float32).reshape(1, 64, 2);
using var right = functional.group_norm(images, 4);
Console.WriteLine($"GroupNorm gives what functional.group_norm gives: {Same(GroupNorm(4, 64).call(images), right)}");
var initialised = GroupNorm(4, 64);
init.ones_(initialised.weight!);
init.zeros_(initialised.bias!);
Console.WriteLine($"... after init.ones_ and init.zeros_: {Same(initialised.call(images), right)}");

static void Show(string name, Module module)
{
    var values = module.named_parameters().ToDictionary(named => named.name, named => named.parameter);
    var isOne = values["weight"].eq(1).all().ToBoolean();
    var isZero = values["bias"].eq(0).all().ToBoolean();
    Console.WriteLine($"{name}: begins as {(isOne && isZero ? "weight 1, bias 0" : "something else")}");
}

static bool Same(Tensor one, Tensor other) => one.allclose(other, 1e-5, 1e-5);
PROGRAM
run_program
expect_found <<'SEEN'
LayerNorm: begins as weight 1, bias 0
BatchNorm1d: begins as weight 1, bias 0
InstanceNorm1d: begins as weight 1, bias 0
GroupNorm: begins as something else
GroupNorm gives what functional.group_norm gives: False
... after init.ones_ and init.zeros_: True
SEEN
