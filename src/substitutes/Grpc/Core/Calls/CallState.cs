namespace Grpc.Core;

/// <summary>The part that the four kinds of call share: headers, status, trailers, and how to end early.</summary>
internal sealed record CallState(
    Func<Task<Metadata>> Headers, Func<Status> Status, Func<Metadata> Trailers, Action Dispose)
{
    public static CallState Over(
        object state,
        Func<object, Task<Metadata>> headers,
        Func<object, Status> status,
        Func<object, Metadata> trailers,
        Action<object> dispose) =>
        new(() => headers(state), () => status(state), () => trailers(state), () => dispose(state));
}
