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
/// <param name="Problems">What is wrong already; everything else that is wrong is told with it.</param>
internal sealed record HostedAttempt(RunOptions Options, RunFolder Folder, ProblemCollector Problems)
{
    /// <summary>Already opened, where the command had to look at them.</summary>
    public PretrainedWeights? Weights { get; init; }

    /// <summary>Wall time; null for as long as it takes.</summary>
    public TimeLimit? Limit { get; init; }

    /// <summary>Steps to trace.</summary>
    public StepRange? Profile { get; init; }

    /// <summary>Rank 0 calls it when nothing can be wrong with the run any more.</summary>
    public Action CreateFolder { get; init; } = () => { };

    public bool TakeOver { get; init; }

    /// <summary>Steers the run in place of a coordinator.</summary>
    public IRunControl? Control { get; init; }

    /// <summary>The weights that a run names; null where it names none.</summary>
    public static PretrainedWeights? OpenWeights(RunOptions options)
    {
        if (options.InitFrom is not { } source)
            return null;
        // Data that cannot be read are a problem of their own, told elsewhere.
        var tokenizer = new ProblemCollector()
            .Try(() => DataManifest.Read(options.Data.Sources[0].Path))?.Tokenizer.Sha256;
        return PretrainedWeights.Open(source, options.Model.Shape, tokenizer);
    }
}
