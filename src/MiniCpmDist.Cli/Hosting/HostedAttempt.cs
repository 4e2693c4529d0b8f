using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>A start of a run, as a command asks for it.</summary>
/// <param name="Options">Its configuration, as far as it could be read.</param>
/// <param name="Folder">Of the run.</param>
/// <param name="Problems">Problems that are known already; all others are reported with them.</param>
internal sealed record HostedAttempt(RunOptions Options, RunFolder Folder, ProblemCollector Problems)
{
    /// <summary>The run's data, if the command has opened them already.</summary>
    public PretrainedWeights? Weights { get; init; }

    /// <summary>Limit of the wall time; null for none.</summary>
    public TimeLimit? Limit { get; init; }

    /// <summary>Steps to trace.</summary>
    public StepRange? Profile { get; init; }

    /// <summary>Called by rank 0 when all checks of the run have passed.</summary>
    public Action CreateFolder { get; init; } = () => { };

    public bool TakeOver { get; init; }

    /// <summary>Steers the run in place of a coordinator.</summary>
    public IRunControl? Control { get; init; }

    /// <summary>The weights that a run names; null where it names none.</summary>
    public static PretrainedWeights? OpenWeights(RunOptions options)
    {
        if (options.InitFrom is not { } source)
            return null;
        // Data that cannot be read are a problem of their own, which is reported elsewhere.
        var tokenizer = new ProblemCollector()
            .Try(() => DataManifest.Read(options.Data.Sources[0].Path))?.Tokenizer.Sha256;
        return PretrainedWeights.Open(source, options.Model.Shape, tokenizer);
    }
}
