#!/usr/bin/env bash
# TensorPrimitives computes an element otherwise when there are four of them: Exp of 0 is 1, and from four on 1.0000001.
#
# Version     System.Numerics.Tensors 10.0.15, .NET 10, amd64
# Guess       Exp, Tanh and Sinh work element by element, so what comes out for an element depends on that element
#             alone. Exp of 0 is 1, and Tanh and Sinh of something tiny are that something, as with MathF.
# Behaviour   Spans of up to three numbers are computed with MathF. From four on a vector algorithm is used, for the
#             rest of a long span too, and it is another function: Exp of 0 is 1.0000001, Exp2 of 3 is 8.000001, Sinh of
#             1e-20 is 6e-8, Tanh of 1e-20 is 0 or has the other sign, and Tanh of 0.0001 is 0.03 percent off. The
#             documentation says only that results may differ between machines.
# Output seen alone, in a span of 3, of 4, of 100:
#             Exp of 0: 1, 1, 1, 1
#             Exp2 of 3: 8, 8, 8.000001, 8.000001
#             Sinh of 1E-20: 1E-20, 1E-20, 5.960547E-08, 5.960547E-08
#             Tanh of 0.0001: 0.0001, 0.0001, 9.996698E-05, 9.996698E-05
#             1E-20 has a positive Tanh: True, True, False, False
# Hurts       whoever splits a tensor over ranks or threads and wants the same bits for the same values, and whoever
#             relies on exp(0) = 1 (weights of attention, ratios of a policy at its first step) or on the sign of tanh.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project System.Numerics.Tensors=10.0.15
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using System.Numerics.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Console.WriteLine("alone, in a span of 3, of 4, of 100:");
Show("Exp of 0", 0, TensorPrimitives.Exp<float>);
Show("Exp2 of 3", 3, TensorPrimitives.Exp2<float>);
Show("Sinh of 1E-20", 1e-20f, TensorPrimitives.Sinh<float>);
Show("Tanh of 0.0001", 1e-4f, TensorPrimitives.Tanh<float>);
Console.WriteLine($"1E-20 has a positive Tanh: {IsPositive(1)}, {IsPositive(3)}, {IsPositive(4)}, {IsPositive(100)}");

static void Show(string name, float value, Function function) =>
    Console.WriteLine($"{name}: " + string.Join(", ", new[] { 1, 3, 4, 100 }.Select(
        length => Last(length, value, function).ToString("G7"))));

static bool IsPositive(int length) => Last(length, 1e-20f, TensorPrimitives.Tanh<float>) > 0;

static float Last(int length, float value, Function function)
{
    var results = new float[length];
    function(Enumerable.Repeat(value, length).ToArray(), results);
    return results[^1];
}

delegate void Function(ReadOnlySpan<float> values, Span<float> results);
PROGRAM
run_program
expect_found <<'SEEN'
alone, in a span of 3, of 4, of 100:
Exp of 0: 1, 1, 1, 1
Exp2 of 3: 8, 8, 8.000001, 8.000001
Sinh of 1E-20: 1E-20, 1E-20, 5.960547E-08, 5.960547E-08
Tanh of 0.0001: 0.0001, 0.0001, 9.996698E-05, 9.996698E-05
1E-20 has a positive Tanh: True, True, False, False
SEEN
