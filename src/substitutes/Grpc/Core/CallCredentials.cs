namespace Grpc.Core;

/// <summary>
/// Credentials of a call. Named because <see cref="CallOptions"/> mentions them; none can be made here.
/// </summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }
}
