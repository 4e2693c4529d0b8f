namespace MiniCpmDist.Core.Model;

/// <summary>What a parameter is before training.</summary>
public enum ParameterStart
{
    /// <summary>Normal numbers, or ones where their standard deviation is 0.</summary>
    Usual,

    /// <summary>Zeros: biases.</summary>
    Zeros,

    /// <summary>A table that is computed: see <see cref="SineCosinePositions"/>.</summary>
    Positions,
}
