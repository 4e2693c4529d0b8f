#!/usr/bin/env bash
# Sylvan.Data.Csv cuts the texts of a file with one column at the first semicolon, tab or vertical bar in them.
#
# Version     Sylvan.Data.Csv 1.4.4, .NET 10
# Guess       The delimiter is found by looking at the header. A header without any of them (text) means one column, and
#             comma is the delimiter, as the name of the format says. So a row such as `hello; world` is the value
#             "hello; world".
# Behaviour   Where the header has no delimiter, the rows decide: of comma, semicolon, tab and bar one that comes up in
#             them is taken. The text is cut there: the value is "hello", and the rest is a field beyond the header,
#             which is not looked at unless one asks for RowFieldCount. With two columns in the header, or with
#             Delimiter set, nothing of the kind happens.
# Output seen [text] [hello; world]: [hello], 1 columns, 2 fields
#             [text] [a | b]: [a ], 1 columns, 2 fields
#             [text] [say\thello]: [say], 1 columns, 2 fields
#             [text] [hello world]: [hello world], 1 columns, 1 fields
#             [text,label] [hello; world | again,1]: [hello; world | again], 2 columns, 2 fields
#             [text] [hello; world] with a delimiter: [hello; world], 1 columns, 1 fields
# Hurts       lists of prompts or sentences, one a line under a header: a single semicolon or table row in one of them
#             cuts that row and all like it. src/MiniCpmDist.Data/Evaluation/CsvItems.cs compares RowFieldCount with the
#             header, so it refuses such a row.
#
# Needs the .NET 10 SDK, and nuget.org or a mirror that the SDK knows. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project Sylvan.Data.Csv=1.4.4
cat >Program.cs <<'PROGRAM'
using Sylvan.Data.Csv;

Show("text", "hello; world");
Show("text", "a | b");
Show("text", "say\thello");
Show("text", "hello world");
Show("text,label", "hello; world | again,1");
Show("text", "hello; world", ',');

static void Show(string header, string row, char? delimiter = null)
{
    var options = new CsvDataReaderOptions { Delimiter = delimiter };
    using var reader = CsvDataReader.Create(new StringReader($"{header}\n{row}\n"), options);
    reader.Read();
    Console.WriteLine($"[{header}] [{row.Replace("\t", "\\t")}]{(delimiter is null ? "" : " with a delimiter")}: "
        + $"[{reader.GetString(0)}], {reader.FieldCount} columns, {reader.RowFieldCount} fields");
}
PROGRAM
run_program
expect_found <<'SEEN'
[text] [hello; world]: [hello], 1 columns, 2 fields
[text] [a | b]: [a ], 1 columns, 2 fields
[text] [say\thello]: [say], 1 columns, 2 fields
[text] [hello world]: [hello world], 1 columns, 1 fields
[text,label] [hello; world | again,1]: [hello; world | again], 2 columns, 2 fields
[text] [hello; world] with a delimiter: [hello; world], 1 columns, 1 fields
SEEN
