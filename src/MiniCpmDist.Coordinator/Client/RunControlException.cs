namespace MiniCpmDist.Coordinator.Client;

/// <summary>A run could not be watched or steered. The message is a sentence for the operator.</summary>
public sealed class RunControlException : Exception
{
    public RunControlException(RunControlFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    public RunControlFailure Failure { get; }
}
