namespace MiniCpmDist.Core.Runs;

/// <summary>A command to a run.</summary>
/// <param name="RequestId">Names the request that it came from, so that the decision can be told to who asked.</param>
/// <param name="Kind">What to do.</param>
public sealed record RunCommand(string RequestId, RunCommandKind Kind);
