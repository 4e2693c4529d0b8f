#!/usr/bin/env bash
# TensorPrimitives.SoftMax is NaN for logits of 90, and for logits of -200.
#
# Version     System.Numerics.Tensors 10.0.15, .NET 10, amd64
# Guess       SoftMax takes the largest value off first, as every library of the field does (PyTorch, ONNX Runtime,
#             ML.NET's own), so that logits of any size give probabilities.
# Behaviour   The exponentials are taken of the values as they are. Above 88.7 in float, 709 in double and 11 in Half
#             they are infinite, and infinite by infinite is NaN. Where all are below -104 they are 0, and 0 by 0 is NaN
#             as well. Where only some are too large, those are NaN and the rest are 0. Nothing is raised. The
#             documentation gives the formula without the subtraction, so this is as it is written there.
# Output seen float 2 1 0: 0.665 0.245 0.090
#             float 90 89 88: NaN NaN 0.000
#             float 90 1 0: NaN 0.000 0.000
#             float -200 -201 -202: NaN NaN NaN
#             double 720 719 718: NaN NaN NaN
#             Half 12 11 10: NaN 0.000 0.000
#             float, less the largest 0 -1 -2: 0.665 0.245 0.090
# Hurts       sampling from the logits of a language model: 90 is a usual size where logits are not scaled down, and
#             Half fails at 12. TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), logits) before it is the
#             remedy.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project System.Numerics.Tensors=10.0.15
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Show<float>("float", 2, 1, 0);
Show<float>("float", 90, 89, 88);
Show<float>("float", 90, 1, 0);
Show<float>("float", -200, -201, -202);
Show<double>("double", 720, 719, 718);
Show<Half>("Half", (Half)12, (Half)11, (Half)10);
float[] logits = [90, 89, 88];
TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
Show("float, less the largest", logits);

static void Show<T>(string name, params T[] logits) where T : IExponentialFunctions<T>
{
    var results = new T[logits.Length];
    TensorPrimitives.SoftMax<T>(logits, results);
    Console.WriteLine($"{name} {string.Join(" ", logits)}: "
        + string.Join(" ", results.Select(result => result.ToString("F3", null))));
}
PROGRAM
run_program
expect_found <<'SEEN'
float 2 1 0: 0.665 0.245 0.090
float 90 89 88: NaN NaN 0.000
float 90 1 0: NaN 0.000 0.000
float -200 -201 -202: NaN NaN NaN
double 720 719 718: NaN NaN NaN
Half 12 11 10: NaN 0.000 0.000
float, less the largest 0 -1 -2: 0.665 0.245 0.090
SEEN
