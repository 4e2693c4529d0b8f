#!/usr/bin/env bash
# YamlDotNet writes a Half, an Int128 or a UInt128 as {}, and reads that as 0.
#
# Version     YamlDotNet 18.1.0, .NET 10
# Guess       Numbers are written as numbers: the types of numbers that .NET has gained since are, like float and long,
#             scalars. What Serialize writes, Deserialize reads as the same value, or one of the two raises an
#             exception.
# Behaviour   Types that are not in its list of primitives are written as objects, by their public properties. Half,
#             Int128 and UInt128 have none: {} is written, and {} is read as a new object, which is 0. Neither says
#             anything.
# Output seen Single 1.5: `value: 1.5`, read as 1.5
#             Half 1.5: `value: {}`, read as 0
#             Int128 5: `value: {}`, read as 0
#             UInt128 5: `value: {}`, read as 0
#             TimeSpan 00:01:30: `value: 00:01:30`, read as 00:01:30
# Hurts       whoever keeps scales or weights in YAML: the numbers are lost when they are written, and that shows when
#             they are read. System.Text.Json writes all of them.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project YamlDotNet=18.1.0
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Show(1.5f);
Show((Half)1.5f);
Show((Int128)5);
Show((UInt128)5);
Show(TimeSpan.FromSeconds(90));

static void Show<T>(T value)
{
    var yaml = new SerializerBuilder().Build().Serialize(new Dictionary<string, T> { ["value"] = value });
    string read;
    try
    {
        read = $"{new DeserializerBuilder().Build().Deserialize<Dictionary<string, T>>(yaml)["value"]}";
    }
    catch (YamlException)
    {
        read = "a YamlException";
    }
    var words = string.Join(" ", yaml.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
    Console.WriteLine($"{typeof(T).Name} {value}: `{words}`, read as {read}");
}
PROGRAM
run_program
expect_found <<'SEEN'
Single 1.5: `value: 1.5`, read as 1.5
Half 1.5: `value: {}`, read as 0
Int128 5: `value: {}`, read as 0
UInt128 5: `value: {}`, read as 0
TimeSpan 00:01:30: `value: 00:01:30`, read as 00:01:30
SEEN
