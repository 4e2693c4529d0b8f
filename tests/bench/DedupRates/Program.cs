using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Deduplication;
using MiniCpmDist.DedupRates;

// Candidate pairs of texts in memory, on one thread, and how long they take: DedupRates CORPUS PAIRS PERMUTATIONS BANDS
// SHINGLE ROUNDS. CORPUS is a folder of JSON lines; PAIRS is the file that takes the pairs, two 32-bit numbers each.
// Prints the permutations too, so that another program can use the same.

var numbers = args[2..].Select(int.Parse).ToArray();
var (permutations, bands, shingle, rounds) = (numbers[0], numbers[1], numbers[2], numbers[3]);
var texts = Directory.GetFiles(args[0]).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
    .Select(line =>
    {
        using var document = JsonDocument.Parse(line);
        return Encoding.UTF8.GetBytes(document.RootElement.GetProperty("text").GetString()!);
    })
    .ToArray();
var hasher = new MinHasher(permutations);
var finder = new CandidateFinder(texts, hasher, new LshBands(bands, permutations / bands), new ShingleSet(shingle));
var times = new List<double>();
long[] pairs = [];
// The first two rounds only compile.
for (var round = -2; round < rounds; round++)
{
    GC.Collect();
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    pairs = finder.Find();
    if (round >= 0)
        times.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
}
using (var file = File.Create(args[1]))
    file.Write(MemoryMarshal.AsBytes(pairs.AsSpan()));
Console.WriteLine(JsonSerializer.Serialize(new
{
    seconds = times,
    masks = hasher.Masks.ToArray(),
    factors = hasher.Factors.ToArray(),
}));
