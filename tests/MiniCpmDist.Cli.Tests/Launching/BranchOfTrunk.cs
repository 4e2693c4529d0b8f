using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Cli.Tests.Launching;

/// <summary>The run folder of a branch beside its trunk's name, as <c>minicpm branch</c> leaves it.</summary>
internal static class BranchOfTrunk
{
    /// <returns>The folder.</returns>
    public static string In(string runs, string name = "first-decay",
        string parent = "parent: { run: ../first, step: 400 }")
    {
        var path = Path.Combine(runs, name);
        Directory.CreateDirectory(path);
        var options = RunFile.Parse($$"""
            name: {{name}}
            model: nano
            data: { train: tokens, sequence_length: 64 }
            schedule: { stable: 8 steps, token_batch: 384 tokens }
            {{parent}}
            """, "run.yaml");
        File.WriteAllText(Path.Combine(path, "run.yaml"), RunFile.Write(options));
        return path;
    }
}
