#!/usr/bin/env bash
# TorchSharp's load_state_dict takes a tensor of another shape where it can be spread over the parameter.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       load_state_dict with strict (its default) refuses a tensor whose shape is not the parameter's, as
#             PyTorch's does ("size mismatch").
# Behaviour   Names are compared, shapes are not. The tensor is copied into the parameter by broadcasting: a row of
#             weights becomes every row, and one number becomes the whole matrix. Only shapes that cannot be broadcast
#             are refused, by copy_. load(path) does compare shapes.
# Output seen a row for a weight of 2 x 2: weight is 1 2 1 2
#             one number for a weight of 2 x 2: weight is 7 7 7 7
#             a scalar for a weight of 2 x 2: weight is 7 7 7 7
#             three numbers for a weight of 2 x 2: ExternalException
# Hurts       loading a checkpoint of another layout, say a bias under the name of a matrix, or one row that was cut out
#             of it: the model loads without a word and computes nonsense. src/MiniCpmDist.Engine/Checkpoints compares
#             shapes itself.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;

Show("a row", tensor(new[] { 1f, 2f }));
Show("one number", tensor(new[] { 7f }));
Show("a scalar", tensor(7f));
Show("three numbers", tensor(new[] { 1f, 2f, 3f }));

static void Show(string what, Tensor weight)
{
    var module = nn.Linear(2, 2, hasBias: false);
    string result;
    try
    {
        module.load_state_dict(new Dictionary<string, Tensor> { ["weight"] = weight }, strict: true);
        result = "weight is " + string.Join(" ", module.weight!.data<float>().ToArray());
    }
    catch (Exception exception)
    {
        result = exception.GetType().Name;
    }
    Console.WriteLine($"{what} for a weight of 2 x 2: {result}");
}
PROGRAM
run_program
expect_found <<'SEEN'
a row for a weight of 2 x 2: weight is 1 2 1 2
one number for a weight of 2 x 2: weight is 7 7 7 7
a scalar for a weight of 2 x 2: weight is 7 7 7 7
three numbers for a weight of 2 x 2: ExternalException
SEEN
