#!/usr/bin/env bash
# .NET's double.ExpM1 and LogP1 are Exp(x) - 1 and Log(x + 1): of 1e-17 both are 0.
#
# Version     .NET 10.0 (System.Double and System.Single; MathNet.Numerics 5.0.0 as the one that has it right)
# Guess       ExpM1 and LogP1 are C's expm1 and log1p: exp(x) - 1 and log(1 + x) without the loss of digits near 0,
#             which is the one thing that they are for. ExpM1(x) and LogP1(x) of a tiny x are x.
# Behaviour   They are computed as they are written, so that half of the digits are lost at 1e-8 in double, and all of
#             them at 1e-17 (in float at 1e-8). Exp2M1, Log2P1, Exp10M1 and Log10P1 too. Math has neither; MathNet's
#             ExponentialMinusOne and Log1p are right.
# Output seen 0.001: ExpM1 0.001000500167, MathNet 0.001000500167, LogP1 0.0009995003331, MathNet 0.0009995003331
#             1E-08: ExpM1 9.999999939E-09, MathNet 1.000000005E-08, LogP1 9.999999889E-09, MathNet 9.99999995E-09
#             1E-12: ExpM1 1.000088901E-12, MathNet 1E-12, LogP1 1.000088901E-12, MathNet 1E-12
#             1E-17: ExpM1 0, MathNet 1E-17, LogP1 0, MathNet 1E-17
#             1E-08 in float: ExpM1 0, LogP1 0
# Hurts       log(1 - p) and exp(d) - 1 of probabilities near 0 or 1 and of small differences: perplexities, the KL
#             estimate exp(d) - d - 1, intervals of rates.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project MathNet.Numerics=5.0.0
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using MathNet.Numerics;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
foreach (var x in new[] { 1e-3, 1e-8, 1e-12, 1e-17 })
    Console.WriteLine($"{x}: ExpM1 {double.ExpM1(x):G10}, MathNet {SpecialFunctions.ExponentialMinusOne(x):G10}, "
        + $"LogP1 {double.LogP1(x):G10}, MathNet {SpecialFunctions.Log1p(x):G10}");
Console.WriteLine($"1E-08 in float: ExpM1 {float.ExpM1(1e-8f)}, LogP1 {float.LogP1(1e-8f)}");
PROGRAM
run_program
expect_found <<'SEEN'
0.001: ExpM1 0.001000500167, MathNet 0.001000500167, LogP1 0.0009995003331, MathNet 0.0009995003331
1E-08: ExpM1 9.999999939E-09, MathNet 1.000000005E-08, LogP1 9.999999889E-09, MathNet 9.99999995E-09
1E-12: ExpM1 1.000088901E-12, MathNet 1E-12, LogP1 1.000088901E-12, MathNet 1E-12
1E-17: ExpM1 0, MathNet 1E-17, LogP1 0, MathNet 1E-17
1E-08 in float: ExpM1 0, LogP1 0
SEEN
