namespace Grpc.AspNetCore.Server;

/// <summary>Among the services if AddGrpc was called; remembers whether unknown services are answered already.</summary>
internal sealed class GrpcMarker
{
    private int unknownServicesMapped;

    public bool FirstToMapUnknownServices() => Interlocked.Exchange(ref unknownServicesMapped, 1) == 0;
}
