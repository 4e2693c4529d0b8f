#!/usr/bin/env bash
# TorchSharp's nn.init.normal_ and uniform_ take a generator and draw from the global one.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       nn.init.normal_(weight, generator: new Generator(5)) draws from that generator, as tensor.normal_(0, 1,
#             generator) does: the same seed gives the same numbers, and the global generator stays where it is.
# Behaviour   The generator is not looked at. The numbers come from the global generator, which moves on.
# Output seen init.normal_: same seed, other numbers; the global generator moved
#             init.uniform_: same seed, other numbers; the global generator moved
#             tensor.normal_: same seed, same numbers; the global generator stayed
#             randn: same seed, same numbers; the global generator stayed
# Hurts       initialisations that must not depend on what was drawn before, say in tests, or in ranks that build
#             different layers. src/MiniCpmDist.Core/Randomness draws its own.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;

Show("init.normal_", generator => nn.init.normal_(zeros(4), generator: generator));
Show("init.uniform_", generator => nn.init.uniform_(zeros(4), generator: generator));
Show("tensor.normal_", generator => zeros(4).normal_(0, 1, generator));
Show("randn", generator => randn(4, generator: generator));

static void Show(string call, Func<Generator, Tensor> draw)
{
    manual_seed(1);
    using var first = draw(new Generator(5));
    using var second = draw(new Generator(5));
    using var next = rand(4);
    manual_seed(1);
    using var untouched = rand(4);
    Console.WriteLine($"{call}: same seed, {(first.eq(second).all().ToBoolean() ? "same" : "other")} numbers; "
        + $"the global generator {(next.eq(untouched).all().ToBoolean() ? "stayed" : "moved")}");
}
PROGRAM
run_program
expect_found <<'SEEN'
init.normal_: same seed, other numbers; the global generator moved
init.uniform_: same seed, other numbers; the global generator moved
tensor.normal_: same seed, same numbers; the global generator stayed
randn: same seed, same numbers; the global generator stayed
SEEN
