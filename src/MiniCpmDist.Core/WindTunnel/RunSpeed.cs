using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>How fast a size trains on a machine, as it was measured there.</summary>
/// <param name="SecondsPerStep">The part of a step that does not grow with its tokens.</param>
/// <param name="SecondsPerToken">What each token of a step adds.</param>
/// <param name="SecondsPerRun">What a run takes besides its steps: its start, the last evaluation, the last
/// checkpoint.</param>
public sealed record RunSpeed(double SecondsPerStep, double SecondsPerToken, double SecondsPerRun)
{
    /// <summary>What of a shape decides its speed: numbers that the model is multiplied with do not.</summary>
    public static ModelShape SizeOf(ModelShape shape) =>
        shape with { ScaleDepth = 1, ScaleEmb = 1, DimModelBase = 1, InitStd = 1 };

    /// <summary>The speed out of the times of steps with two batches, or with one.</summary>
    /// <param name="small">Tokens of a step, and the seconds that it takes.</param>
    /// <param name="large">The same for a larger batch; equal to <paramref name="small"/> where there is one.</param>
    /// <param name="secondsPerRun">As above.</param>
    public static RunSpeed Of(
        (long Tokens, double Seconds) small, (long Tokens, double Seconds) large, double secondsPerRun)
    {
        var perToken = large.Tokens > small.Tokens
            ? Math.Max(0, (large.Seconds - small.Seconds) / (large.Tokens - small.Tokens))
            : small.Seconds / small.Tokens;
        return new RunSpeed(Math.Max(0, small.Seconds - perToken * small.Tokens), perToken, secondsPerRun);
    }

    /// <summary>Seconds of a run.</summary>
    public double SecondsOf(PlannedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var steps = (double)run.Tokens / run.Options.Schedule.TokenBatch;
        return steps * SecondsPerStep + run.Tokens * SecondsPerToken + SecondsPerRun;
    }
}
