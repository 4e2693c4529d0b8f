#!/usr/bin/env bash
# MathNet.Numerics multiplies by a number 0 without looking: a vector of NaN and infinity times 0 is 0.
#
# Version     MathNet.Numerics 5.0.0, .NET 10
# Guess       Arithmetic of vectors and matrices is IEEE 754's, element by element: 0 times NaN, and 0 times infinity,
#             are NaN.
# Behaviour   A vector or matrix times the number 0 is filled with 0, whatever is in it. Every other factor keeps NaN,
#             and so do the other ways to multiply by 0: PointwiseMultiply, DotProduct, and products of matrices with
#             matrices and vectors.
# Output seen vector * 0: 0 0 0
#             vector * 1e-300: NaN Infinity 1E-300
#             vector.PointwiseMultiply(zeros): NaN NaN 0
#             vector.Map(value => value * 0): NaN NaN 0
#             matrix * 0: 0 0 0
#             matrix * zeros: NaN
# Hurts       loops that end by themselves when something becomes NaN: where a rate, a weight or a decay is exactly 0
#             (the first step of a warm-up, a term that is switched off) the NaN is gone, and shows later elsewhere.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project MathNet.Numerics=5.0.0
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var vector = Vector<double>.Build.DenseOfArray([double.NaN, double.PositiveInfinity, 1]);
var matrix = Matrix<double>.Build.DenseOfRowVectors(vector);
var zeros = Vector<double>.Build.Dense(3);
Show("vector * 0", vector * 0);
Show("vector * 1e-300", vector * 1e-300);
Show("vector.PointwiseMultiply(zeros)", vector.PointwiseMultiply(zeros));
Show("vector.Map(value => value * 0)", vector.Map(value => value * 0));
Show("matrix * 0", (matrix * 0).Row(0));
Show("matrix * zeros", matrix * zeros);

static void Show(string what, Vector<double> result) => Console.WriteLine($"{what}: {string.Join(" ", result)}");
PROGRAM
run_program
expect_found <<'SEEN'
vector * 0: 0 0 0
vector * 1e-300: NaN Infinity 1E-300
vector.PointwiseMultiply(zeros): NaN NaN 0
vector.Map(value => value * 0): NaN NaN 0
matrix * 0: 0 0 0
matrix * zeros: NaN
SEEN
