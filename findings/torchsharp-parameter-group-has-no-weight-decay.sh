#!/usr/bin/env bash
# TorchSharp's parameter groups do not take what they leave open from the optimizer, unless options are given.
#
# Version     TorchSharp 0.107.0, libtorch-cpu-linux-x64 2.10.0, .NET 10, amd64
# Guess       As in PyTorch, a group says what is special about it and has everything else from the optimizer:
#             AdamW(groups, lr: 0.01, weight_decay: 0.1) decays the parameters of a group that names only its learning
#             rate.
# Behaviour   The usual constructor, new AdamW.ParamGroup(parameters, lr: 0.001), fills in all of its own defaults:
#             weight decay 0 and the betas of its own. What AdamW was told counts for no such group. Groups with an
#             Options object, or made with an initializer, do take it. The own defaults are not even the optimizer's:
#             new NAdam.ParamGroup(parameters) learns with a rate of 1, NAdam(parameters) with 0.002, and Adamax and
#             RAdam are alike.
# Output seen AdamW, by constructor: rate 0.001, decay 0, beta2 0.999
#             AdamW, with options: rate 0.001, decay 0.1, beta2 0.95
#             AdamW, by initializer: rate 0.01, decay 0.1, beta2 0.95
#             NAdam: rate 0.002, in a group: 1
#             RAdam: rate 0.002, in a group: 1
# Hurts       the split into parameters that decay and parameters that do not, which is what groups are used for most:
#             nothing decays. tests/bench/PlainPeer/PlainRank.cs gives Options.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and python3. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project TorchSharp=0.107.0 libtorch-cpu-linux-x64=2.10.0
cat >Program.cs <<'PROGRAM'
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

var groups = new[]
{
    new AdamW.ParamGroup([One()], lr: 0.001),
    new AdamW.ParamGroup([One()], new AdamW.Options { LearningRate = 0.001 }),
    new AdamW.ParamGroup { Parameters = [One()] },
};
string[] names = ["by constructor", "with options", "by initializer"];
optim.AdamW(groups, lr: 0.01, beta2: 0.95, weight_decay: 0.1);
foreach (var (name, group) in names.Zip(groups))
    Console.WriteLine($"AdamW, {name}: rate {group.LearningRate}, decay {group.Options.weight_decay}, "
        + $"beta2 {group.Options.beta2}");
Console.WriteLine($"NAdam: rate {optim.NAdam([One()]).ParamGroups.Single().LearningRate}, "
    + $"in a group: {optim.NAdam([new NAdam.ParamGroup([One()])]).ParamGroups.Single().LearningRate}");
Console.WriteLine($"RAdam: rate {optim.RAdam([One()]).ParamGroups.Single().LearningRate}, "
    + $"in a group: {optim.RAdam([new RAdam.ParamGroup([One()])]).ParamGroups.Single().LearningRate}");

static Parameter One() => new(ones(1));
PROGRAM
run_program
expect_found <<'SEEN'
AdamW, by constructor: rate 0.001, decay 0, beta2 0.999
AdamW, with options: rate 0.001, decay 0.1, beta2 0.95
AdamW, by initializer: rate 0.01, decay 0.1, beta2 0.95
NAdam: rate 0.002, in a group: 1
RAdam: rate 0.002, in a group: 1
SEEN
