namespace Grpc.Core;

/// <summary>Hints about one written message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More messages follow soon: need not be flushed yet.</summary>
    BufferHint = 1,

    /// <summary>Do not compress. Nothing here is ever compressed.</summary>
    NoCompress = 2,
}
