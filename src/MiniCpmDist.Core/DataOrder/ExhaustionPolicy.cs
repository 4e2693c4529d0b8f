namespace MiniCpmDist.Core.DataOrder;

/// <summary>What happens when every sequence of a source has been read once.</summary>
public enum ExhaustionPolicy
{
    /// <summary>It is read again, in another order.</summary>
    Repeat,

    /// <summary>It leaves the mixture; the others keep their proportions to each other.</summary>
    Drop,

    /// <summary>The run ends where its next sequence would have been due.</summary>
    Stop,
}
