using Grpc.AspNetCore.Server;

namespace Microsoft.Extensions.DependencyInjection;

public static class GrpcServicesExtensions
{
    /// <summary>Adds what <c>MapGrpcService</c> needs.</summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddOptions<GrpcServiceOptions>();
        services.AddSingleton<GrpcMarker>();
        return new Builder(services);
    }

    /// <summary>Adds what <c>MapGrpcService</c> needs, with options for all services.</summary>
    public static IGrpcServerBuilder AddGrpc(
        this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        var builder = services.AddGrpc();
        services.Configure(configureOptions);
        return builder;
    }

    private sealed record Builder(IServiceCollection Services) : IGrpcServerBuilder;
}
