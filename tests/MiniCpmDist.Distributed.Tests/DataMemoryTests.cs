using System.Globalization;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>What a build takes of memory, as the system counts it: the tokenizer's native memory too.</summary>
public sealed class DataMemoryTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const long BoundKilobytes = 1_000_000;

    [Fact]
    public void A_build_of_the_longest_lines_and_of_many_short_ones_stays_below_a_gigabyte()
    {
        using (var corpus = new StreamWriter(Path.Combine(workspace.Folder, "long.jsonl")))
        {
            for (var i = 0; i < 4; i++)
                WriteLine(corpus, $"{i} of the longest lines ", 31 << 20);
            for (var i = 0; i < 4; i++)
                WriteLine(corpus, $"{i}unbreakable", 1 << 20);
            for (var i = 0; i < 100_000; i++)
                WriteLine(corpus, $"{i} short ", 200);
        }
        using var build = RunningTool.Mpirun(
            workspace.Folder, 1,
            "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length", "128", "--workers", "4",
            "--out", "long", "long.jsonl");
        var peak = 0L;
        build.WaitUntil(() => build.RankProcesses().Length == 1, "the process is there");
        var process = build.RankProcesses()[0];

        build.WaitUntil(
            () =>
            {
                peak = Math.Max(peak, PeakKilobytes(process));
                return !RunningTool.IsAlive(process);
            },
            "the build has ended");

        build.Finish(TimeSpan.FromMinutes(1)).Succeeded();
        // The system's own high-water mark: nothing is missed between two looks but what comes after the last one.
        Assert.InRange(peak, 50_000, BoundKilobytes);
    }

    private static void WriteLine(StreamWriter writer, string words, int bytes)
    {
        writer.Write("{\"text\":\"");
        for (var written = 0; written + words.Length < bytes; written += words.Length)
            writer.Write(words);
        writer.Write("\"}\n");
    }

    private static long PeakKilobytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[6..^2].Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
