namespace MiniCpmDist.Core.Values;

/// <summary>What a length on the token axis is counted in.</summary>
public enum ExtentUnit
{
    /// <summary>Sequence positions, masked or not.</summary>
    Tokens,

    /// <summary>Optimizer updates of <c>schedule.token_batch</c> tokens each.</summary>
    Steps,

    /// <summary>Hundredths of all tokens of the schedule.</summary>
    Percent,
}
