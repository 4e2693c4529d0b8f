namespace MiniCpmDist.Substitutes.Grpc.Tests;

/// <summary>What the service saw, for the test to look at.</summary>
public sealed class EchoRecord
{
    public DateTime Deadline { get; set; }

    public string? Peer { get; set; }

    /// <summary>A call is waiting to be cancelled.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A waiting call was cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
