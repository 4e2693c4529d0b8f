using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// What must fit together before a step is taken: world and lanes, data and model, checkpoint and configuration.
/// </summary>
internal static class RunChecks
{
    /// <summary>Checks world and data against the configuration and opens all sources.</summary>
    /// <exception cref="ConfigurationException">Something is wrong, here or before; nothing stays open.</exception>
    public static RunData Open(RunOptions options, int worldSize, ProblemCollector problems)
    {
        WorldSize(problems, options.Parallel, worldSize);
        var sources = SourceChecks.Open(options, problems);
        if (problems.Any)
        {
            foreach (var source in sources)
                source.Dispose();
            problems.ThrowIfAny();
        }
        return new RunData(options.Seed, sources);
    }

    /// <summary>As <see cref="Open"/>, and reads the tasks that the run evaluates.</summary>
    public static (RunData Data, RunTasks Tasks) OpenWithTasks(
        RunOptions options, int worldSize, ProblemCollector problems)
    {
        var data = Open(options, worldSize, problems);
        try
        {
            return (data, RunTasks.Open(options, data));
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public static void WorldSize(ProblemCollector problems, ParallelismOptions parallel, int worldSize)
    {
        // A number of lanes that no tree has is a problem of the file, which has been reported by now.
        if (!LaneTree.Accepts(parallel.Lanes * parallel.ContextRanks))
            return;
        var sizes = parallel.WorldSizes;
        if (!sizes.Contains(worldSize))
        {
            var nearest = Nearest(sizes, worldSize);
            var expected = (parallel.Reduction, parallel.ShardGradients) switch
            {
                (ReductionOrder.Fast, _) => $"{parallel.Lanes} ranks at most",
                (_, true) when parallel.ContextRanks > 1 =>
                    $"{parallel.Lanes} lanes x {parallel.ContextRanks} ranks of a sequence = {sizes[0]} ranks, as "
                    + "parallel.shard_gradients wants it",
                (_, true) => $"one rank for each of the {parallel.Lanes} lanes, as parallel.shard_gradients wants it",
                _ when parallel.ContextRanks > 1 =>
                    $"a world size that divides {parallel.Lanes} lanes x {parallel.ContextRanks} ranks of a sequence: "
                    + string.Join(", ", sizes),
                _ => $"a world size that divides the {parallel.Lanes} lanes: {string.Join(", ", sizes)}",
            };
            problems.Add(
                "parallel.lanes", expected, $"{worldSize} ranks",
                $"start {nearest} ranks (mpirun -n {nearest}), or change parallel.lanes");
        }
    }

    /// <summary>
    /// Refuses a configuration that would continue the checkpoint with other bits; names every such key.
    /// </summary>
    public static void Resume(CheckpointState saved, RunOptions options, RunData data, string checkpoint)
    {
        var problems = new ProblemCollector();
        SourceChecks.Resume(problems, saved.Sources, data, checkpoint);
        var held = RunSaver.Fixed(options, data);
        if (Upcycles(options, saved))
            held = held.Where(entry => !FixedKeys.OfExperts.Contains(entry.Key)).ToDictionary();
        if (Extends(options, saved))
            held = held.Where(entry => !FixedKeys.OfLength.Contains(entry.Key)).ToDictionary();
        // An output matrix that the parent has cannot become its embedding again.
        if (Unties(options, saved))
            held = held.Where(entry => entry.Key != FixedKeys.TiedHead).ToDictionary();
        Resume(problems, saved, held, checkpoint);
        problems.ThrowIfAny();
    }

    /// <summary>
    /// True where a run with experts goes on from a checkpoint of a parent without any, as its file says.
    /// </summary>
    public static bool Upcycles(RunOptions options, CheckpointState saved) =>
        options.Parent?.Upcycle is not null && options.Model.Shape.Experts > 0 && saved.Run != options.Name
        && (saved.Fixed.GetValueOrDefault(FixedKeys.OfExperts[0]) ?? EarlierValue(FixedKeys.OfExperts[0])) == "0";

    /// <summary>
    /// True where a run goes on from a checkpoint of a parent with shorter sequences, as its file says.
    /// </summary>
    public static bool Extends(RunOptions options, CheckpointState saved) =>
        options.Parent is { Extends: true } && saved.Run != options.Name;

    /// <summary>True where such a run has an output matrix of its own and its parent has not.</summary>
    public static bool Unties(RunOptions options, CheckpointState saved) =>
        Extends(options, saved) && !options.Model.Shape.TieWordEmbeddings
        && bool.TryParse(saved.Fixed.GetValueOrDefault(FixedKeys.TiedHead), out var isTied) && isTied;

    /// <summary>Tokens in a sequence of the parent; 0 where its checkpoint does not say.</summary>
    public static int LengthOf(CheckpointState saved) =>
        int.TryParse(
            saved.Fixed.GetValueOrDefault("data.sequence_length"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var length)
            ? length
            : 0;

    internal static void Resume(
        ProblemCollector problems, CheckpointState saved, IReadOnlyDictionary<string, string> configured,
        string checkpoint)
    {
        foreach (var (key, now) in configured)
        {
            var before = saved.Fixed.GetValueOrDefault(key) ?? EarlierValue(key) ?? "nothing";
            problems.Require(
                before == now, key, $"{before}, as in {checkpoint}", now,
                $"set it back to {before}; this key cannot change within a run, nor from a trunk to its branch");
        }
    }

    /// <summary>
    /// True where a run takes the weights of another run's checkpoint and nothing else: alignment has a schedule, data
    /// and moments of its own.
    /// </summary>
    public static bool BeginsAnew(RunOptions options, CheckpointState saved) =>
        options.Alignment.Method != AlignmentMethod.None && saved.Run != options.Name;

    /// <summary>Refuses a checkpoint of another model than the configuration's; names every key of it.</summary>
    public static void Model(CheckpointState saved, RunOptions options, string checkpoint)
    {
        var problems = new ProblemCollector();
        var model = FixedKeys.Of(options).Where(entry => entry.Key.StartsWith("model.", StringComparison.Ordinal));
        Resume(problems, saved, model.ToDictionary(), checkpoint);
        problems.ThrowIfAny();
    }

    /// <summary>
    /// Refuses a checkpoint whose own tokenizer is not that of the data: what is exported from it would speak another
    /// language than what it was trained on.
    /// </summary>
    public static void Tokenizer(CheckpointManifest manifest, RunData data, string checkpoint)
    {
        var found = manifest.Files.FirstOrDefault(file => file.Name == "tokenizer.model")?.Sha256 ?? "no such file";
        if (found != data.TokenizerHash)
        {
            throw new ConfigurationException([new Problem(
                Path.Combine(checkpoint, "tokenizer.model"), $"the tokenizer of the data, SHA-256 {data.TokenizerHash}",
                found, "put the run's own tokenizer back, or name the data that this one made")]);
        }
    }

    private static string? EarlierValue(string key) => RunKeys.All.FirstOrDefault(entry => entry.Name == key)?.Earlier;

    private static int Nearest(IEnumerable<int> sizes, int wanted) => sizes.MinBy(size => Math.Abs(size - wanted));
}
