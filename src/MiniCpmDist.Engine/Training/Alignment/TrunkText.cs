using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>
/// The held-out text of the pre-training that an aligned run comes from. It may be gone by now: then there is nothing
/// to read, and a note that says why.
/// </summary>
internal sealed class TrunkText : IDisposable
{
    private readonly RunOptions? _trunk;
    private readonly IReadOnlyList<SourceData> _sources;

    private TrunkText(RunOptions? trunk, IReadOnlyList<SourceData> sources, string note) =>
        (_trunk, _sources, Note) = (trunk, sources, note);

    public string Note { get; }

    /// <summary>Rank 0 looks, and the others open what it has found.</summary>
    public static TrunkText OpenCollective(
        RunFolder folder, RunOptions options, ICommunicator communicator, ModelShape shape)
    {
        string? missing = null;
        if (communicator.Rank == 0)
        {
            using var found = Try(folder, options, shape);
            missing = found._trunk is null ? found.Note : null;
        }
        missing = communicator.BroadcastTextCollective(missing);
        return missing is null ? Open(folder, options, shape) : new TrunkText(null, [], missing);
    }

    /// <summary>The loss of each source.</summary>
    public IReadOnlyList<SourceLoss> LossesCollective(MiniCpmForCausalLM model, ICommunicator communicator) =>
        _trunk is null
            ? []
            : new HeldOutEvaluation(
                model, RunObjective.PreTraining, [.. _sources.Select(source => (source.Name, source.HeldOut))],
                _trunk.Parallel.MicroBatch, _trunk.Data.EvaluateSequences).LossesCollective(communicator);

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }

    private static TrunkText Try(RunFolder folder, RunOptions options, ModelShape shape)
    {
        try
        {
            return Open(folder, options, shape);
        }
        catch (ConfigurationException exception)
        {
            var problem = exception.Problems[0];
            return new TrunkText(
                null, [], $"held-out text of pre-training: not read, because {problem.Where}: {problem.Found}");
        }
    }

    private static TrunkText Open(RunFolder folder, RunOptions options, ModelShape shape)
    {
        var (path, trunk) = (Path.GetFullPath(folder.Path), options);
        while (trunk.Alignment.Method != AlignmentMethod.None)
        {
            if (trunk.Parent is not { } parent)
            {
                return new TrunkText(
                    null, [], "held-out text of pre-training: none, because the weights come from a model's folder");
            }
            path = Path.GetFullPath(parent.Run, path);
            trunk = RunFolder.Open(path).Options;
        }
        var problems = new ProblemCollector();
        var sources = SourceChecks.Open(
            trunk with { Model = trunk.Model with { Shape = shape }, Data = trunk.Data with { EvaluateEvery = null } },
            problems);
        if (problems.Any)
        {
            foreach (var source in sources)
                source.Dispose();
            problems.ThrowIfAny();
        }
        return sources.Any(source => source.HeldOut.DocumentCount > 0)
            ? new TrunkText(trunk, sources, $"held-out text of pre-training: that of {new RunFolder(path).Name}")
            : Nothing(sources, $"held-out text of pre-training: {new RunFolder(path).Name} holds nothing out");
    }

    private static TrunkText Nothing(IReadOnlyList<SourceData> sources, string note)
    {
        foreach (var source in sources)
            source.Dispose();
        return new TrunkText(null, [], note);
    }
}
