using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Goes on configuring after <c>AddGrpc</c>.</summary>
public interface IGrpcServerBuilder
{
    IServiceCollection Services { get; }
}
