using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>An objective over a micro-batch.</summary>
/// <param name="Sum">Over all of its sequences: a float64 scalar, from which backward begins.</param>
/// <param name="BySequence">Of each sequence, <c>[sequences]</c> float64, without gradient.</param>
public readonly record struct ObjectiveSums(Tensor Sum, Tensor BySequence)
{
    /// <summary>Sums of what is measured besides, one for each name in <see cref="IObjective.Measures"/>.</summary>
    public IReadOnlyList<double> Measured { get; init; } = [];

    /// <summary>Copies the sums of the sequences to the host.</summary>
    /// <param name="sums">One for each sequence.</param>
    /// <param name="measured">One for each measure.</param>
    internal void CopyTo(Span<double> sums, Span<double> measured)
    {
        using var scope = NewDisposeScope();
        BySequence.cpu().data<double>().ToArray().CopyTo(sums);
        for (var i = 0; i < measured.Length; i++)
            measured[i] = Measured[i];
    }
}
