#!/usr/bin/env bash
# TorchSharp's trunc_normal_ fills a weight with one number: the standard deviation that it was asked for.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       nn.init.trunc_normal_(weight, 0, 0.02, -0.04, 0.04) draws from the normal distribution of mean 0 and
#             standard deviation 0.02, cut off at -0.04 and 0.04. The values differ, lie between the bounds, and have a
#             standard deviation of 0.0176, as in PyTorch.
# Behaviour   What is drawn is multiplied by the mean, where it should be by the deviation and the square root of 2, and
#             the deviation is added, where it should be the mean. So with mean 0 every value is the deviation. With
#             another mean the values differ, around the wrong one and with the wrong spread. Nothing is raised.
# Output seen mean 0, deviation 0.02, -0.04 to 0.04: 0.02 to 0.02, deviation 0.0
#             mean 0, deviation 1, -2 to 2: 1.00 to 1.00, deviation 0.0
#             mean 1, deviation 0.02, -2 to 2: -2.00 to 2.00, deviation 0.7
# Hurts       models whose matrices are initialised like this, as those of language models usually are: every unit of a
#             layer begins as the same unit and gets the same gradient, so all stay the same. The loss goes down all the
#             same, only not far.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;

manual_seed(1);
Show(0, 0.02, -0.04, 0.04);
Show(0, 1, -2, 2);
Show(1, 0.02, -2, 2);

static void Show(double mean, double deviation, double from, double to)
{
    using var drawn = nn.init.trunc_normal_(empty(100_000), mean, deviation, from, to);
    var (least, most) = (drawn.min().ToSingle(), drawn.max().ToSingle());
    Console.WriteLine(FormattableString.Invariant($"mean {mean}, deviation {deviation}, {from} to {to}: ")
        + FormattableString.Invariant($"{least:F2} to {most:F2}, deviation {drawn.std().ToSingle():F1}"));
}
PROGRAM
run_program
expect_found <<'SEEN'
mean 0, deviation 0.02, -0.04 to 0.04: 0.02 to 0.02, deviation 0.0
mean 0, deviation 1, -2 to 2: 1.00 to 1.00, deviation 0.0
mean 1, deviation 0.02, -2 to 2: -2.00 to 2.00, deviation 0.7
SEEN
