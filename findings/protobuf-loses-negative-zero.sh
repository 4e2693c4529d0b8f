#!/usr/bin/env bash
# Google.Protobuf for C# does not write a field of -0.0, although it tells it from 0.0: a message is not equal to its
# own bytes.
#
# Version     Google.Protobuf 3.36.2, .NET 10
# Guess       A field without presence is left out where it has its default, which is +0. -0.0 is another value: the
#             protobuf documentation says that it is written, C++, Java and Go compare the bits, and C#'s own Equals
#             compares the bits as well. So -0.0 comes back as -0.0.
# Behaviour   The writer asks whether the value is != 0, and -0.0 is not. The field is left out and read as +0. JSON
#             keeps the sign. Lists, fields with presence (optional) and the number of a Value keep it too.
# Output seen equal to +0: False
#             bytes of a plain field: []
#             read from them: 0
#             equal to what is read: False
#             read from JSON: -0
#             with presence: -0
# Hurts       messages that are compared, hashed or signed after a transfer, and bits of gradients in a plain field: 1/x
#             changes from -Infinity to Infinity.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project Google.Protobuf=3.36.2
cat >Program.cs <<'PROGRAM'
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var plain = new DoubleValue { Value = -0.0 };
var presence = Value.ForNumber(-0.0);
Console.WriteLine($"equal to +0: {plain.Equals(new DoubleValue { Value = 0.0 })}");
Console.WriteLine($"bytes of a plain field: [{Convert.ToHexString(plain.ToByteArray())}]");
Console.WriteLine($"read from them: {DoubleValue.Parser.ParseFrom(plain.ToByteArray()).Value}");
Console.WriteLine($"equal to what is read: {plain.Equals(DoubleValue.Parser.ParseFrom(plain.ToByteArray()))}");
var json = JsonFormatter.Default.Format(plain);
Console.WriteLine($"read from JSON: {JsonParser.Default.Parse<DoubleValue>(json).Value}");
Console.WriteLine($"with presence: {Value.Parser.ParseFrom(presence.ToByteArray()).NumberValue}");
PROGRAM
run_program
expect_found <<'SEEN'
equal to +0: False
bytes of a plain field: []
read from them: 0
equal to what is read: False
read from JSON: -0
with presence: -0
SEEN
