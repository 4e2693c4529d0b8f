namespace MiniCpmDist.Coordinator.Access;

/// <summary>How much a caller may ask of the service; all of it is far beyond honest use.</summary>
internal sealed record CallLimits
{
    /// <summary>Largest size of a message, in bytes; a batch of step reports is the largest message.</summary>
    public int MessageBytes { get; init; } = 1 << 20;

    /// <summary>Calls a second on one connection.</summary>
    public int CallsPerSecond { get; init; } = 500;

    /// <summary>Calls at once on one connection after a rest.</summary>
    public int CallsAtOnce { get; init; } = 1000;

    /// <summary>Calls under way on one connection.</summary>
    public int StreamsOfConnection { get; init; } = 100;

    /// <summary>Connections of one listening port.</summary>
    public int Connections { get; init; } = 4400;

    /// <summary>
    /// Connections of one peer at one listening port; a quarter of all, so that one cannot keep all others out, and as
    /// many runs as a coordinator knows, with their operators, may still come through one gateway.
    /// </summary>
    public int ConnectionsOfPeer { get; init; } = 1100;

    /// <summary>Further connections at one listening port, which may only ask for the service's health.</summary>
    public int ReservedConnections { get; init; } = 32;
}
