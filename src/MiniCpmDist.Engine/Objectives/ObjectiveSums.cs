using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>An objective over a micro-batch.</summary>
/// <param name="Sum">Over all of its sequences: a float64 scalar, from which backward begins.</param>
/// <param name="BySequence">Of each sequence, <c>[sequences]</c> float64, without gradient.</param>
public readonly record struct ObjectiveSums(Tensor Sum, Tensor BySequence)
{
    /// <summary>Copies the sums of the sequences to the host.</summary>
    internal void CopyTo(Span<double> sums)
    {
        using var scope = NewDisposeScope();
        BySequence.cpu().data<double>().ToArray().CopyTo(sums);
    }
}
