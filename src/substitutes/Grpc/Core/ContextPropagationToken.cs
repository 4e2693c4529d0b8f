namespace Grpc.Core;

/// <summary>
/// Hands deadline and cancellation of a served call to calls made on its behalf. Named because
/// <see cref="CallOptions"/> mentions it; none can be made here.
/// </summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken()
    {
    }
}
