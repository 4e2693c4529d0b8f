#!/usr/bin/env bash
# TorchSharp's DataLoader shuffles every epoch into the same order if it has a seed, and ignores manual_seed if not.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       As in PyTorch, a seed makes a run repeatable and not its epochs equal: each pass over the loader has an
#             order of its own, and a second run has the same orders. Without a seed, torch.manual_seed decides.
# Behaviour   With a seed every pass starts the generator again, so that every epoch has the order of the first. Without
#             one, the orders come from the clock: after the same manual_seed they differ from run to run. There is no
#             setting with both: orders that differ by epoch and come again. Giving a shuffler (an IEnumerable<long>)
#             that does is what is left.
# Output seen with a seed: the second epoch has the same order
#             without: the second epoch has another order
#             without, after manual_seed(1) twice: another order
# Hurts       trainings over several epochs that ought to be repeatable: either the batches are the same ones in each
#             epoch, in one order, or nobody can repeat the run.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

var seeded = DataLoader(new Numbers(), 20, shuffle: true, seed: 7);
Console.WriteLine($"with a seed: the second epoch has {Compare(Epoch(seeded), Epoch(seeded))} order");
var unseeded = DataLoader(new Numbers(), 20, shuffle: true);
Console.WriteLine($"without: the second epoch has {Compare(Epoch(unseeded), Epoch(unseeded))} order");
Console.WriteLine($"without, after manual_seed(1) twice: {Compare(AfterSeed(), AfterSeed())} order");

static string AfterSeed()
{
    manual_seed(1);
    return Epoch(DataLoader(new Numbers(), 20, shuffle: true));
}

static string Epoch(IEnumerable<Dictionary<string, Tensor>> loader)
{
    var order = new List<long>();
    foreach (var batch in loader)
        order.AddRange(batch["number"].data<long>().ToArray());
    return string.Join(" ", order);
}

static string Compare(string one, string other) => one == other ? "the same" : "another";

sealed class Numbers : Dataset
{
    public override long Count => 20;

    public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["number"] = tensor(index) };
}
PROGRAM
run_program
expect_found <<'SEEN'
with a seed: the second epoch has the same order
without: the second epoch has another order
without, after manual_seed(1) twice: another order
SEEN
