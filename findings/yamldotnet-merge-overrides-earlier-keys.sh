#!/usr/bin/env bash
# With YamlDotNet's MergingParser a merged value replaces the mapping's own, if the own one stands before the merge.
#
# Version     YamlDotNet 18.1.0, .NET 10
# Guess       The merge key << supplies what the mapping does not say itself. A key of the mapping's own wins, wherever
#             it stands: the order of keys means nothing in YAML. In a list of merged mappings the first that has a key
#             wins.
# Behaviour   The merged keys are put where the << stands, and the last of two equal keys is taken. So an own key that
#             stands after << wins, one that stands before it loses, and nothing is said. With WithDuplicateKeyChecking
#             both are refused as duplicates. The list is treated as it should be.
# Output seen { <<: *base, lr: 0.5 }: lr 0.5
#             { lr: 0.5, <<: *base }: lr 0.1
#             { <<: [*other, *base] }: lr 0.2
# Hurts       configuration with defaults: {lr: 0.1, <<: *defaults} trains with the rate of the defaults.
#             src/MiniCpmDist.Core/Configuration/YamlMerge.cs merges by itself.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project YamlDotNet=18.1.0
cat >Program.cs <<'PROGRAM'
using YamlDotNet.Core;
using YamlDotNet.Serialization;

foreach (var run in new[] { "{ <<: *base, lr: 0.5 }", "{ lr: 0.5, <<: *base }", "{ <<: [*other, *base] }" })
{
    var yaml = $"base: &base {{ lr: 0.1, steps: 10 }}\nother: &other {{ lr: 0.2 }}\nrun: {run}\n";
    var parser = new MergingParser(new Parser(new StringReader(yaml)));
    var read = new DeserializerBuilder().Build().Deserialize<Dictionary<string, Dictionary<string, string>>>(parser);
    Console.WriteLine($"{run}: lr {read["run"]["lr"]}");
}
PROGRAM
run_program
expect_found <<'SEEN'
{ <<: *base, lr: 0.5 }: lr 0.5
{ lr: 0.5, <<: *base }: lr 0.1
{ <<: [*other, *base] }: lr 0.2
SEEN
