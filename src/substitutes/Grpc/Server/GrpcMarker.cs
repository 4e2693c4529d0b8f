namespace Grpc.AspNetCore.Server;

/// <summary>
/// Among the services if AddGrpc was called; remembers whether unknown services are answered already.
/// </summary>
internal sealed class GrpcMarker
{
    private int _unknownServicesMapped;

    public bool FirstToMapUnknownServices() => Interlocked.Exchange(ref _unknownServicesMapped, 1) == 0;
}
