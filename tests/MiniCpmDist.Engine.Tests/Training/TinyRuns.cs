using MiniCpmDist.Core.Runs;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>Runs over two sources, of which the configuration reads one, for tests that change what is read.</summary>
internal static class TinyRuns
{
    public static TinyRun Mixed(TinyData data, long? saveEvery = null)
    {
        var more = Path.Combine(data.Folder, "more");
        if (!Directory.Exists(more))
            CopyFolder(Path.Combine(data.Folder, "data"), more);
        return TinyRun.Create(data, options => options with
        {
            Data = options.Data with
            {
                Sources =
                [
                    data.Source("data") with { DecayWeight = 500_000_000 },
                    data.Source("more") with { StableWeight = 0, DecayWeight = 500_000_000 },
                ],
            },
            Schedule = options.Schedule with { Stable = 12 * 96 },
            Checkpoint = options.Checkpoint with { Every = saveEvery },
        });
    }

    /// <summary>The loss of each step; after a rollback the last line of a step counts.</summary>
    public static IReadOnlyList<(long Step, double Loss)> Losses(TinyRun run) =>
    [
        .. run.Steps().GroupBy(step => step.Step).OrderBy(step => step.Key)
            .Select(step => (step.Key, step.Last().Loss)),
    ];

    /// <summary>
    /// Trains a run, and another one that is killed after its third step and goes on with two ranks: losses and weights
    /// must be the same.
    /// </summary>
    public static void RequireSameAfterKill(TinyData data, Func<RunOptions, RunOptions> change)
    {
        var (whole, killed) = (TinyRun.Create(data, change), TinyRun.Create(data, change));
        whole.Train();
        Assert.Throws<KilledException>(() => killed.Train(observers: new Killer(afterStep: 3)));

        killed.Train(worldSize: 2);

        Assert.Equal(Losses(whole), Losses(killed));
        Assert.Equal(whole.NewestFiles()["model.safetensors"], killed.NewestFiles()["model.safetensors"]);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.EnumerateFiles(from))
            File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
    }
}
