using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>A run of an experiment: a trunk, or a decay branch of one.</summary>
/// <param name="Name">Its name, which is that of its folder.</param>
/// <param name="Options">Its configuration; that of its trunk where it is a branch.</param>
/// <param name="Trunk">The trunk that it leaves; null where it is one.</param>
/// <param name="At">Tokens after which it leaves the trunk.</param>
/// <param name="Decay">Length of the decay of a branch.</param>
/// <param name="Tokens">Tokens that this run trains on itself.</param>
public sealed record PlannedRun(
    string Name, RunOptions Options, string? Trunk, long At, Extent Decay, long Tokens)
{
    /// <summary>
    /// True for a trial that may go on after this length. It is one run: its schedule is made longer, which changes no
    /// step that is done.
    /// </summary>
    public bool MayGoOn { get; init; }

    /// <summary>Operations of this run itself.</summary>
    public double Flops => Tokens * Options.Model.Shape.FlopsPerToken(Options.Data.SequenceLength);

    /// <summary>Tokens that a model of this run has seen in the end.</summary>
    public long TokensInAll => At + Tokens;
}
