namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>A trial of a search.</summary>
/// <param name="name">Of its run.</param>
/// <param name="place">In the unit cube.</param>
/// <param name="rungs">Lengths that it can go through.</param>
internal sealed class SearchTrial(string name, double[] place, int rungs)
{
    public string Name => name;

    public double[] Place => place;

    /// <summary>By rung: nothing where it was not trained so far, and not finite where it diverged.</summary>
    public double?[] Losses { get; } = new double?[rungs];

    /// <summary>True where it was given up, and trained to its end only to see whether that was right.</summary>
    public bool WasGivenUp { get; set; }

    /// <summary>The last rung that it was trained to; -1 before the first.</summary>
    public int Rung => Array.FindLastIndex(Losses, loss => loss is not null);

    /// <summary>The loss there.</summary>
    public double Loss => Rung < 0 ? double.NaN : Losses[Rung]!.Value;

    /// <summary>The loss, for an order in which those that diverged are last.</summary>
    public double Rank => double.IsFinite(Loss) ? Loss : double.MaxValue;
}
