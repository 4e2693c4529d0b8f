using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>A corpus of many units of work, made and read in no time: mostly blank lines, and some text.</summary>
internal static class UnitCorpus
{
    /// <summary>Writes files of a unit each.</summary>
    /// <param name="corpus">The folder.</param>
    /// <param name="files">How many.</param>
    /// <param name="begin">How the texts of a file begin.</param>
    public static void Write(string corpus, int files, Func<int, int> begin)
    {
        Directory.CreateDirectory(corpus);
        var text = File.ReadAllText(Path.Combine(Tool.RepositoryRoot, "LICENSE"));
        for (var file = 0; file < files; file++)
        {
            using var writer = new StreamWriter(Path.Combine(corpus, $"{file:D2}.jsonl"));
            // White space between the lines is nothing: it makes a file of more than half a unit in no time.
            var blank = new string(' ', 1 << 16) + "\n";
            for (var i = 0; i < 600; i++)
                writer.Write(blank);
            for (var i = 0; i < 60; i++)
                writer.WriteLine(JsonSerializer.Serialize(new { text = $"{begin(file)} {i} {text[(i * 50)..]}" }));
        }
    }
}
