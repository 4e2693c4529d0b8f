using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Recall;

/// <summary>A file of made-up documents for <c>minicpm data build</c>.</summary>
/// <param name="TokenizerPath">A SentencePiece <c>.model</c> file.</param>
/// <param name="Output">The file to make; must not exist.</param>
public sealed record RecallFile(string TokenizerPath, string Output)
{
    /// <summary>The kinds, one after the other.</summary>
    public IReadOnlyList<RecallKind> Kinds { get; init; } = [RecallKind.Passkey];

    /// <summary>Tokens of a document; the lengths follow each other as the kinds do.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [4096];

    /// <summary>Documents.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Numbers that a document of several needles asks for, at most.</summary>
    public int Needles { get; init; } = 4;

    /// <summary>Words that a document of copied ones asks for.</summary>
    public int Copied { get; init; } = RecallMaker.StandardCopied;

    /// <summary>Decides all of them.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Plain texts, which bear loss everywhere, and not pairs, of which the answer alone does.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Writes the file; it gets its name when it is whole.</summary>
    /// <returns>Documents of each kind.</returns>
    /// <exception cref="ConfigurationException">Everything that is wrong; no file is made.</exception>
    public IReadOnlyList<(RecallKind Kind, int Count)> Write(Action<int>? progress = null)
    {
        var problems = new ProblemCollector();
        problems.Require(
            !Path.Exists(Output), "--out", "a name that is free", $"`{Output}`, which exists", "choose another");
        var folder = Path.GetDirectoryName(Path.GetFullPath(Output))!;
        problems.Require(
            Directory.Exists(folder), "--out", "a file in a folder that is there", $"`{Output}`",
            $"make it first: mkdir -p {folder}");
        using var tokenizer = problems.Try(() => Tokenizer.Load(TokenizerPath));
        problems.ThrowIfAny();
        var fitter = new RecallFitter(tokenizer!);
        var counts = Kinds.Distinct().ToDictionary(kind => kind, _ => 0);
        var temporary = SyncedFile.Temporary(Path.GetFullPath(Output));
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                for (var i = 0; i < Count; i++)
                {
                    var (round, at) = Math.DivRem(i, Kinds.Count);
                    var kind = Kinds[at];
                    // Each number of needles with each length: else the length would tell how many are asked for.
                    var maker = new RecallMaker(kind, 1 + round / Lengths.Count % Needles, Seed) { Copied = Copied };
                    var item = fitter.Make(maker, (ulong)i, null, Lengths[round % Lengths.Count]);
                    file.Write(Line(item));
                    counts[kind]++;
                    progress?.Invoke(i + 1);
                }
                file.Flush(flushToDisk: true);
            }
            SyncedFile.Publish(temporary, Path.GetFullPath(Output));
        }
        finally
        {
            File.Delete(temporary);
        }
        return [.. counts.Select(entry => (entry.Key, entry.Value))];
    }

    private byte[] Line(RecallItem item)
    {
        var kind = RecallWords.Of(item.Kind);
        var json = IsPlain
            ? JsonSerializer.SerializeToUtf8Bytes(new { kind, text = $"{item.Input} {item.Output}" })
            : JsonSerializer.SerializeToUtf8Bytes(new { kind, input = item.Input, output = item.Output });
        return [.. json, (byte)'\n'];
    }
}
