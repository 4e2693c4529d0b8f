#!/usr/bin/env bash
# TorchSharp's Exponential has the inverse of its variance, Geometric a negative mean, Weibull a growing density.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       torch.distributions has the formulas of PyTorch's, and what a distribution says of itself fits: its
#             standard deviation squared is its variance, the mean of many samples is its mean, and Weibull with
#             concentration 1 is Exponential.
# Behaviour   Exponential.variance is the rate squared, where it should be one over that (stddev and the samples are
#             right). Geometric.mean is -1 / (1 - p), where it should be 1 / p - 1, and its entropy is wrong too.
#             Weibull.log_prob leaves out the scale and raises -x, not x, to the concentration: NaN where that is no
#             whole number, right for scale 1 and even ones, and with 1 and 1 the density grows as exp(x). Samples of
#             all three are right.
# Output seen Exponential(4): variance 16.00, stddev squared 0.06, of samples 0.06
#             Geometric(0.25): mean -1.33, of samples 3
#             log_prob(0.5): Weibull(1, 1) 0.50, Exponential(1) -0.50
#             log_prob(1): Weibull(1, 1) 1.00, Exponential(1) -1.00
#             log_prob(2): Weibull(1, 1) 2.00, Exponential(1) -2.00
#             log_prob(1) of Weibull(1, 1.5): NaN
# Hurts       whoever matches moments, or takes log_prob of Weibull as a loss: minimizing it has no end. The formulas by
#             hand are the remedy.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

manual_seed(1);
var exponential = Exponential(tensor(4f));
var samples = exponential.sample(200_000);
var (variance, squared) = (exponential.variance, exponential.stddev.square());
Console.WriteLine($"Exponential(4): variance {Text(variance)}, stddev squared {Text(squared)}, "
    + $"of samples {Text(samples.var())}");
var geometric = Geometric(tensor(0.25f));
var mean = Math.Round(geometric.sample(200_000).mean().ToDouble(), 1);
Console.WriteLine($"Geometric(0.25): mean {Text(geometric.mean)}, of samples {mean}");
var (weibull, same) = (Weibull(tensor(1f), tensor(1f)), Exponential(tensor(1f)));
foreach (var x in new[] { 0.5f, 1, 2 })
    Console.WriteLine($"log_prob({x}): Weibull(1, 1) {Text(weibull.log_prob(tensor(x)))}, "
        + $"Exponential(1) {Text(same.log_prob(tensor(x)))}");
Console.WriteLine($"log_prob(1) of Weibull(1, 1.5): {Text(Weibull(tensor(1f), tensor(1.5f)).log_prob(tensor(1f)))}");

static string Text(Tensor value) => FormattableString.Invariant($"{value.to(ScalarType.Float64).item<double>():F2}");
PROGRAM
run_program
expect_found <<'SEEN'
Exponential(4): variance 16.00, stddev squared 0.06, of samples 0.06
Geometric(0.25): mean -1.33, of samples 3
log_prob(0.5): Weibull(1, 1) 0.50, Exponential(1) -0.50
log_prob(1): Weibull(1, 1) 1.00, Exponential(1) -1.00
log_prob(2): Weibull(1, 1) 2.00, Exponential(1) -2.00
log_prob(1) of Weibull(1, 1.5): NaN
SEEN
