namespace MiniCpmDist.Core.Recovery;

/// <summary>
/// What the last steps say about how a run is doing. It is a function of the run's own numbers, which all ranks know,
/// and a part of its checkpoints. So all ranks, a resumed run and a replay come to the same verdict without a message.
/// </summary>
/// <param name="Losses">The last ones under one mixture and one batch, oldest first.</param>
/// <param name="TokenBatch">Of those steps.</param>
/// <param name="Skipped">Steps that have been skipped since the last one that was not.</param>
public sealed record RunHealth(IReadOnlyList<double> Losses, long TokenBatch, int Skipped)
{
    // A run that has memorized its data has hardly any deviation. A rise by less than this is no spike.
    private const double SmallestDeviation = 1e-3;

    /// <summary>The health of a run that has taken no step.</summary>
    public static RunHealth Start { get; } = new([], 0, 0);

    /// <summary>
    /// Takes the loss of a step. A spike is not added to the losses that later losses are compared with.
    /// </summary>
    /// <returns>What to do about it; null for nothing.</returns>
    public (RunHealth After, RollbackCause? Cause) Measured(double loss, long tokenBatch, RecoveryOptions options)
    {
        // With another batch, the losses have another deviation.
        var usual = tokenBatch == TokenBatch ? Losses : [];
        if (usual.Count >= RecoveryOptions.SmallestSpikeWindow && Deviations(usual, loss) > options.Spike)
            return (this with { Skipped = 0 }, RollbackCause.Spike);
        return (
            new RunHealth([.. usual.Append(loss).TakeLast(options.SpikeWindow)], tokenBatch, Skipped: 0), null);
    }

    /// <summary>Takes a step that had numbers which are not finite, and that was skipped.</summary>
    /// <returns>What to do about it; null for nothing.</returns>
    public (RunHealth After, RollbackCause? Cause) Skip(RecoveryOptions options) => (
        this with { Skipped = Skipped + 1 },
        Skipped + 1 >= options.SkippedSteps ? RollbackCause.SkippedSteps : null);

    /// <summary>Forgets the losses: the data have another mixture from here on, and with it another loss.</summary>
    public RunHealth Mixed() => this with { Losses = [] };

    /// <summary>Forgets the skipped steps: other data follow than those that were skipped.</summary>
    public RunHealth PassedOver() => this with { Skipped = 0 };

    /// <summary>How many standard deviations a loss lies above the mean of others.</summary>
    private static double Deviations(IReadOnlyList<double> usual, double loss)
    {
        var mean = usual.Average();
        var deviation = Math.Sqrt(usual.Sum(value => (value - mean) * (value - mean)) / usual.Count);
        return (loss - mean) / Math.Max(deviation, SmallestDeviation * Math.Abs(mean));
    }
}
