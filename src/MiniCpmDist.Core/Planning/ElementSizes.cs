using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Planning;

/// <summary>Bytes of an element, by what it is part of.</summary>
/// <param name="Model">Parameters, activations, and the gradients of a micro-batch.</param>
public sealed record ElementSizes(int Model)
{
    /// <summary>
    /// Sums of gradients, moments, and weights that updates are added to: float32, whatever the model is.
    /// </summary>
    public const int State = sizeof(float);

    public static ElementSizes Float32 { get; } = new(sizeof(float));

    public static ElementSizes BFloat16 { get; } = new(sizeof(ushort));

    /// <summary>
    /// The rank that owns a slice keeps its parameters once more, wider, because an update is smaller than what the
    /// narrow ones resolve; gradients are added up beside those of a micro-batch for the same reason.
    /// </summary>
    public bool IsNarrow => Model < State;

    /// <summary>The sizes of a run. This is the one place in which its precision enters a plan.</summary>
    public static ElementSizes Of(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Precision == Precision.BFloat16 ? BFloat16 : Float32;
    }
}
