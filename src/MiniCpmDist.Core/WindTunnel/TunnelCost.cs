namespace MiniCpmDist.Core.WindTunnel;

/// <summary>What the runs of an experiment take.</summary>
/// <param name="Runs">Their number.</param>
/// <param name="Tokens">Tokens that are trained on.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="SeparateTokens">Tokens that the same models would take without branches, each trained from its
/// beginning.</param>
public sealed record TunnelCost(int Runs, long Tokens, double Flops, long SeparateTokens)
{
    public static TunnelCost Of(IReadOnlyList<PlannedRun> runs)
    {
        var trunks = runs.Select(run => run.Trunk).OfType<string>().ToHashSet();
        return new TunnelCost(
            runs.Count,
            runs.Sum(run => run.Tokens),
            runs.Sum(run => run.Flops),
            // A trunk with branches is there for their sake only.
            runs.Where(run => !trunks.Contains(run.Name)).Sum(run => run.TokensInAll));
    }
}
