using System.Globalization;
using System.Text.Json;

namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// What a plan says of memory, held to the peak that the system has seen; <c>tests/bench/memory</c> has more cases.
/// </summary>
public sealed class MemoryPlanTests(TinyWorkspace workspace) : IClassFixture<TinyWorkspace>
{
    private const string Watch =
        "import resource, subprocess, sys\n"
        + "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        + "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
        + "sys.exit(code)\n";

    [Theory]
    [InlineData("plain", "none")]
    [InlineData("fused", "full")]
    public void A_rank_of_nano_takes_what_was_planned_to_within_a_tenth(string kernels, string checkpointing)
    {
        var name = $"{kernels}-{checkpointing}";
        var file = Path.Combine(workspace.Folder, name + ".yaml");
        File.WriteAllText(file, $$"""
            name: {{name}}
            model: nano
            data: { train: tokens, sequence_length: 64, evaluate_every: never, evaluate_sequences: 1 }
            schedule: { learning_rate: 0.001, warmup: 1 steps, stable: 1 steps, decay: 0 steps, token_batch: 2048 }
            parallel: { lanes: 1, micro_batch: 32, activation_checkpointing: {{checkpointing}} }
            kernels: {{kernels}}
            coordinator: { address: null }
            """);

        var plan = Tool.Minicpm(workspace.Folder, "plan", file, "--json").Succeeded().Output;
        using var json = JsonDocument.Parse(plan);
        var planned = (double)json.RootElement.GetProperty("memory").GetProperty("total").GetInt64();
        // A busy machine only ever adds to a peak: the garbage collector comes later.
        var peak = double.MaxValue;
        for (var trial = 0; trial < 3 && planned / peak < 0.9; trial++)
            peak = Math.Min(peak, Peak(file, trial));
        Assert.InRange(planned / peak, 0.9, 1.1);
    }

    /// <summary>The peak of a rank's resident memory in bytes.</summary>
    /// <remarks>Under a launcher, as ranks are: MPI takes some 25 MB, which a process that starts alone does not
    /// load.</remarks>
    private double Peak(string file, int trial) => long.Parse(
        Tool.Start(
            workspace.Folder, Path.Combine(Tool.RepositoryRoot, "launch", "mpirun"),
            [
                "-n", "1", "/usr/bin/python3", "-c", Watch, "dotnet", Tool.Dll, "train", file, "--name",
                $"{Path.GetFileNameWithoutExtension(file)}-{trial}",
            ],
            []).Succeeded().Output.Trim(),
        CultureInfo.InvariantCulture);
}
