namespace MiniCpmDist.Coordinator.Access;

/// <summary>What a caller may do.</summary>
[Flags]
internal enum Right
{
    None = 0,

    /// <summary>See runs, their status and requests.</summary>
    Read = 1,

    /// <summary>Send commands.</summary>
    Command = 2,

    /// <summary>Be the rank 0 of a run.</summary>
    Report = 4,
}
