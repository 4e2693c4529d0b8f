namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A request that cannot be accepted, with the reason for the caller.</summary>
/// <param name="message">The sentence: what would be accepted.</param>
/// <param name="dependsOnState">The same request may be accepted at another time.</param>
internal sealed class RequestRefusedException(string message, bool dependsOnState = false) : Exception(message)
{
    public bool DependsOnState => dependsOnState;
}
