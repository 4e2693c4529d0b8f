#!/usr/bin/env bash
# TensorPrimitives.MaxNumber of a span is NaN when one value is, although it is there to pass NaN over.
#
# Version     System.Numerics.Tensors 10.0.15, .NET 10, amd64
# Guess       MaxNumber is IEEE 754's maximumNumber, as float.MaxNumber is: NaN counts as missing. Of a span it is the
#             largest number there is; Max is the one that answers NaN. The documentation of the overload says so:
#             "matches the IEEE 754:2019 maximumNumber function".
# Behaviour   Of a span MaxNumber and MinNumber, and MaxMagnitudeNumber and MinMagnitudeNumber, are NaN as soon as one
#             value is, like Max. Of two spans, or a span and a number, they are computed element by element and do pass
#             NaN over.
# Output seen float.MaxNumber(1, NaN): 1
#             Aggregate(float.MaxNumber): 3
#             MaxNumber of 1 NaN 3 and 2 2 2: 2 2 3
#             MaxNumber of 1 NaN 3: NaN
#             MinNumber of 1 NaN 3: NaN
#             MaxMagnitudeNumber of 1 NaN 3: NaN
#             MinMagnitudeNumber of 1 NaN 3: NaN
# Hurts       scales for quantizing, and extents of charts: one missing value and the whole is NaN.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project System.Numerics.Tensors=10.0.15
cat >Program.cs <<'PROGRAM'
using System.Numerics.Tensors;

float[] values = [1, float.NaN, 3];
float[] twos = [2, 2, 2];
var results = new float[3];
Console.WriteLine($"float.MaxNumber(1, NaN): {float.MaxNumber(1, float.NaN)}");
Console.WriteLine($"Aggregate(float.MaxNumber): {values.Aggregate(float.MaxNumber)}");
TensorPrimitives.MaxNumber<float>(values, twos, results);
Console.WriteLine($"MaxNumber of 1 NaN 3 and 2 2 2: {string.Join(" ", results)}");
Console.WriteLine($"MaxNumber of 1 NaN 3: {TensorPrimitives.MaxNumber<float>(values)}");
Console.WriteLine($"MinNumber of 1 NaN 3: {TensorPrimitives.MinNumber<float>(values)}");
Console.WriteLine($"MaxMagnitudeNumber of 1 NaN 3: {TensorPrimitives.MaxMagnitudeNumber<float>(values)}");
Console.WriteLine($"MinMagnitudeNumber of 1 NaN 3: {TensorPrimitives.MinMagnitudeNumber<float>(values)}");
PROGRAM
run_program
expect_found <<'SEEN'
float.MaxNumber(1, NaN): 1
Aggregate(float.MaxNumber): 3
MaxNumber of 1 NaN 3 and 2 2 2: 2 2 3
MaxNumber of 1 NaN 3: NaN
MinNumber of 1 NaN 3: NaN
MaxMagnitudeNumber of 1 NaN 3: NaN
MinMagnitudeNumber of 1 NaN 3: NaN
SEEN
