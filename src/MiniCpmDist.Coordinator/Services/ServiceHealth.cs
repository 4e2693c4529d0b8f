using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.V1;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>
/// Whether the service takes calls, for <c>grpc.health.v1</c> and <c>/healthz</c>. Everybody may ask: probes of
/// Kubernetes carry no token, and learn nothing but whether somebody is at home.
/// </summary>
internal sealed class ServiceHealth : IHealthCheck
{
    // The shortest period that the framework takes; with its default of 30 seconds a watcher would not know for so
    // long.
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    // The empty name is the server itself.
    private static readonly string[] s_services =
        ["", RunService.Descriptor.FullName, ReportService.Descriptor.FullName];

    private volatile bool _isEnding;

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<ServiceHealth>();
        services.AddGrpcHealthChecks(options =>
        {
            foreach (var service in s_services)
                options.Services.Map(service, _ => true);
        }).AddCheck<ServiceHealth>("service");
        services.Configure<HealthCheckPublisherOptions>(options =>
            (options.Delay, options.Period) = (TimeSpan.Zero, s_period));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGrpcHealthChecksService().AllowAnonymous().WithMetadata(ConnectionGuard.OnReserve.Instance);
        routes.MapHealthChecks("/healthz", new HealthCheckOptions
        {
            ResponseWriter = (http, report) =>
                http.Response.WriteAsync(report.Status == HealthStatus.Healthy ? "ok\n" : "ending\n"),
        }).AllowAnonymous().WithMetadata(ConnectionGuard.OnReserve.Instance);
    }

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isEnding ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    /// <summary>Tells watchers at once, because the service is gone a second later.</summary>
    public void End(HealthServiceImpl watched)
    {
        _isEnding = true;
        foreach (var service in s_services)
            watched.SetStatus(service, HealthCheckResponse.Types.ServingStatus.NotServing);
    }
}
