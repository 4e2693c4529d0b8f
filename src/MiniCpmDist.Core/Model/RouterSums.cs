namespace MiniCpmDist.Core.Model;

/// <summary>What is measured of the router of a layer, added up over tokens.</summary>
/// <param name="experts">Experts of the layer.</param>
public sealed class RouterSums(int experts)
{
    /// <summary>Assignments to each expert.</summary>
    public long[] Counts { get; } = new long[experts];

    /// <summary>The probability of each expert.</summary>
    public double[] Probabilities { get; } = new double[experts];

    /// <summary>The entropy of the probabilities of a token, in nats.</summary>
    public double Entropy { get; set; }

    /// <summary>The squares of the logarithms of what the scores of a token are normalized with.</summary>
    public double SquaredNormalizers { get; set; }

    public void Clear()
    {
        Array.Clear(Counts);
        Array.Clear(Probabilities);
        (Entropy, SquaredNormalizers) = (0, 0);
    }
}
