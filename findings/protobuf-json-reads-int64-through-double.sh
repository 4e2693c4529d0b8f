#!/usr/bin/env bash
# Google.Protobuf for C# reads an int64 that JSON has as a number through a double.
#
# Version     Google.Protobuf 3.36.2, .NET 10
# Guess       int64 is written into JSON as a text, because JavaScript's numbers have 53 bits, and "either numbers or
#             strings are accepted" when it is read. C# has long, so 9007199254740993 is read as 9007199254740993, with
#             quotes or without.
# Behaviour   Every number of JSON becomes a double first. 9007199254740993 without quotes is 9007199254740992, and
#             nothing is said; the largest int64 and uint64 are refused as out of range, because the double above them
#             is. With quotes all of them are right.
# Output seen 9007199254740993: 9007199254740992; "9007199254740993": 9007199254740993
#             9223372036854775807: InvalidProtocolBufferException; "9223372036854775807": 9223372036854775807
#             18446744073709551615: InvalidProtocolBufferException; "18446744073709551615": 18446744073709551615
# Hurts       seeds, hashes, identifiers and counts of tokens in JSON that another language wrote without quotes.
#             Python's and Go's readers of protobuf take them as they are.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project Google.Protobuf=3.36.2
cat >Program.cs <<'PROGRAM'
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

foreach (var text in new[] { "9007199254740993", "9223372036854775807" })
    Console.WriteLine($"{text}: {Read<Int64Value>(text)}; \"{text}\": {Read<Int64Value>($"\"{text}\"")}");
const string Most = "18446744073709551615";
Console.WriteLine($"{Most}: {Read<UInt64Value>(Most)}; \"{Most}\": {Read<UInt64Value>($"\"{Most}\"")}");

static string Read<T>(string json) where T : IMessage, new()
{
    try
    {
        var message = JsonParser.Default.Parse<T>(json);
        return message.Descriptor.FindFieldByName("value").Accessor.GetValue(message).ToString()!;
    }
    catch (InvalidProtocolBufferException)
    {
        return "InvalidProtocolBufferException";
    }
}
PROGRAM
run_program
expect_found <<'SEEN'
9007199254740993: 9007199254740992; "9007199254740993": 9007199254740993
9223372036854775807: InvalidProtocolBufferException; "9223372036854775807": 9223372036854775807
18446744073709551615: InvalidProtocolBufferException; "18446744073709551615": 18446744073709551615
SEEN
