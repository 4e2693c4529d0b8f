using System.Collections.Concurrent;
using MiniCpmDist.Data.Corpus;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Building;

/// <summary>What the threads of one process share while they tokenize.</summary>
internal sealed record BuildJob(DataBuildOptions Options, BuildPlan Plan, Tokenizer Tokenizer, string UnitFolder)
{
    public BuildCounters Counters { get; } = new();

    public ReadingMemory Memory { get; } = new(Options.Workers);

    /// <summary>Encoders that no thread is using. They remember words, so each is used again.</summary>
    public ConcurrentBag<TextEncoder> IdleEncoders { get; } = [];
}
