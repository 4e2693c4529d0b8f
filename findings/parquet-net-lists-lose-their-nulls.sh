#!/usr/bin/env bash
# Parquet.Net's serializer reads a list without its nulls, an empty list as null, and a list of one null as empty.
#
# Version     Parquet.Net 6.1.0, .NET 10; hyparquet 1.33.0 (npm) as another reader of the same file
# Guess       What ParquetSerializer writes from a class, it reads into that class as it was: nulls in nullable lists,
#             empty lists, and lists that are null, which Parquet keeps apart.
# Behaviour   The file is right: another reader finds all of it. Reading drops the nulls of a list of nullable numbers
#             or texts, so that what stands after a null moves forward, and a list without entries is null, unless it
#             had nulls, which makes it empty. Lists of numbers that cannot be null, and lists of classes, come back as
#             they were.
# Output seen written     {"Scores":[1,null,3],"Texts":["a",null,"c"],"Sizes":[1]}
#             Parquet.Net {"Scores":[1,3],"Texts":["a","c"],"Sizes":[1]}
#             written     {"Scores":[],"Texts":[],"Sizes":[]}
#             Parquet.Net {"Scores":null,"Texts":null,"Sizes":[]}
#             written     {"Scores":[null],"Texts":[null],"Sizes":null}
#             Parquet.Net {"Scores":[],"Texts":[],"Sizes":null}
#             hyparquet   {"Scores":[1,null,3],"Texts":["a",null,"c"],"Sizes":[1]}
#             hyparquet   {"Scores":[],"Texts":[],"Sizes":[]}
#             hyparquet   {"Scores":[null],"Texts":[null],"Sizes":null}
# Hurts       choices, scores or labels where the position says which one is meant: the wrong answer becomes the right
#             one. src/MiniCpmDist.Data/Evaluation/ParquetItems.cs reads the levels itself.
#
# Needs the .NET 10 SDK, node, npm, and nuget.org and registry.npmjs.org or mirrors that the two know. Ends with 1 if
# anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

project Parquet.Net=6.1.0
cat >Program.cs <<'PROGRAM'
using System.Text.Json;
using Parquet;
using Parquet.Serialization;

Item[] items =
[
    new() { Scores = [1, null, 3], Texts = ["a", null, "c"], Sizes = [1] },
    new() { Scores = [], Texts = [], Sizes = [] },
    new() { Scores = [null], Texts = [null], Sizes = null },
];
var options = new ParquetOptions { CompressionMethod = CompressionMethod.None };
await using (var written = File.Create("lists.parquet"))
    await ParquetSerializer.SerializeAsync(items, written, options);
await using var file = File.OpenRead("lists.parquet");
var read = await ParquetSerializer.DeserializeAsync<Item>(file);
foreach (var (before, after) in items.Zip(read.Data))
    Console.WriteLine($"written     {JsonSerializer.Serialize(before)}\nParquet.Net {JsonSerializer.Serialize(after)}");

public sealed class Item
{
    public List<int?>? Scores { get; set; }
    public List<string?>? Texts { get; set; }
    public List<int>? Sizes { get; set; }
}
PROGRAM
run_program
npm install --silent --no-audit --no-fund hyparquet@1.33.0 >log 2>&1 || { tail -n 5 log; exit 1; }
cat >read.mjs <<'PROGRAM'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
for (const row of await parquetReadObjects({ file: await asyncBufferFromFile('lists.parquet') }))
  console.log(`hyparquet   ${JSON.stringify(row)}`)
PROGRAM
node read.mjs >>found
expect_found <<'SEEN'
written     {"Scores":[1,null,3],"Texts":["a",null,"c"],"Sizes":[1]}
Parquet.Net {"Scores":[1,3],"Texts":["a","c"],"Sizes":[1]}
written     {"Scores":[],"Texts":[],"Sizes":[]}
Parquet.Net {"Scores":null,"Texts":null,"Sizes":[]}
written     {"Scores":[null],"Texts":[null],"Sizes":null}
Parquet.Net {"Scores":[],"Texts":[],"Sizes":null}
hyparquet   {"Scores":[1,null,3],"Texts":["a",null,"c"],"Sizes":[1]}
hyparquet   {"Scores":[],"Texts":[],"Sizes":[]}
hyparquet   {"Scores":[null],"Texts":[null],"Sizes":null}
SEEN
