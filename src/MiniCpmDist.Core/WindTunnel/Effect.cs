namespace MiniCpmDist.Core.WindTunnel;

/// <summary>An effect and its standard error; no error where each cell has one value.</summary>
/// <param name="Value">How much the measurement rises.</param>
/// <param name="Error">Out of the spread within the cells.</param>
public readonly record struct Effect(double Value, double? Error)
{
    /// <summary>True where the effect is larger than twice its error; false also where no error is known.</summary>
    public bool IsClear => Error is { } error && Math.Abs(Value) > 2 * error;
}
