#!/usr/bin/env bash
# YamlDotNet and KubernetesYaml read a fraction into float where the type is left open: 16777217.5 becomes 16777218.
#
# Version     YamlDotNet 18.1.0, KubernetesClient 21.0.8, .NET 10
# Guess       A number whose type is open becomes a double, as in every JSON library and in most of YAML's, and an
#             integer an int, or a long where it is large.
# Behaviour   With WithAttemptingUnquotedStringTypeDeserialization, which KubernetesYaml uses as well, the smallest type
#             is taken that does not overflow. A fraction never overflows a float, so it is a float, with seven digits;
#             only beyond 3.4e38 is it a double. An integer is a byte up to 255, a short up to 32767, and so on, so that
#             the cast (int)value works for 70000 and fails for 70. An integer too large for ulong is a float too.
# Output seen 16777217.5: Single 16777218
#             0.30000000000000004: Single 0.3
#             1e300: Double 1E+300
#             100000000000000000001: Single 1E+20
#             70: Byte 70
#             700: Int16 700
#             70000: Int32 70000
#             0.1 as a double: 0.10000000149011612
#             through KubernetesYaml: {"seconds":16777218,"tokens":1E+20}
# Hurts       custom resources, which KubernetesYaml reads into object and sends on as JSON (beside the numbers in
#             kubernetes-client-octal-numbers.sh), and settings in dictionaries: a learning rate of 0.1 is 0.10000000149
#             as soon as it is a double.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project KubernetesClient=21.0.8 YamlDotNet=18.1.0
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using k8s;
using YamlDotNet.Serialization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var deserializer = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
string[] texts = ["16777217.5", "0.30000000000000004", "1e300", "100000000000000000001", "70", "700", "70000"];
foreach (var text in texts)
{
    var value = deserializer.Deserialize<object>(text);
    Console.WriteLine($"{text}: {value.GetType().Name} {value}");
}
Console.WriteLine($"0.1 as a double: {Convert.ToDouble(deserializer.Deserialize<object>("0.1")):R}");
var resource = KubernetesYaml.Deserialize<object>("{ seconds: 16777217.5, tokens: 100000000000000000001 }");
Console.WriteLine($"through KubernetesYaml: {KubernetesJson.Serialize(resource)}");
PROGRAM
run_program
expect_found <<'SEEN'
16777217.5: Single 16777218
0.30000000000000004: Single 0.3
1e300: Double 1E+300
100000000000000000001: Single 1E+20
70: Byte 70
700: Int16 700
70000: Int32 70000
0.1 as a double: 0.10000000149011612
through KubernetesYaml: {"seconds":16777218,"tokens":1E+20}
SEEN
