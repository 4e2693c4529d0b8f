using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Page;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Coordinator.Services;
using MiniCpmDist.Core.Configuration;
using static MiniCpmDist.Protocol.Health.V1.HealthCheckResponse.Types;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>
/// The listening part: gRPC over HTTP/2 on one port, plain HTTP on another one if that is wanted. It writes nothing to
/// the console, reads no settings of its own and handles no signals.
/// </summary>
internal sealed class CoordinatorServer : IAsyncDisposable
{
    // Time for the last answers to leave. A caller that does not take them holds the training's end up that long.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly HealthState _health;

    private CoordinatorServer(WebApplication app, HealthState health, ListenPlan plan)
    {
        (_app, _health) = (app, health);
        var bound = app.Urls.ToArray(); // In the order in which the ports were opened.
        BoundAddress = bound[0];
        HttpAddress = plan.Http is null ? null : bound[1];
    }

    /// <summary>Where gRPC is, with the port that was found if 0 was asked for.</summary>
    public string BoundAddress { get; }

    /// <summary>Where plain HTTP is; null where it was not asked for.</summary>
    public string? HttpAddress { get; }

    /// <exception cref="ConfigurationException">An address is not this machine's, or is taken.</exception>
    public static CoordinatorServer Start(
        ListenPlan plan, RunRegistry registry, TimeProvider clock, CallLimits? limits = null,
        Func<string>? metrics = null)
    {
        var health = new HealthState();
        limits ??= new CallLimits();
        var app = Build(plan, registry, health, new CallGate(plan.Tokens, limits, clock), limits);
        if (metrics is not null)
            app.MapGet("/metrics", (HttpContext http) => AnswerAsync(http, metrics));
        if (plan.Http is not null)
            PageData.Map(app, registry);
        try
        {
            app.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw Refused(plan, exception);
        }

        health.Set(ServingStatus.Serving);
        return new CoordinatorServer(app, health, plan);
    }

    public async ValueTask DisposeAsync()
    {
        _health.Set(ServingStatus.NotServing);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(
        ListenPlan plan, RunRegistry registry, HealthState health, CallGate gate, CallLimits limits)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsOfConnection;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 8 * 1024;
            // So that a watcher whose machine has vanished is let go.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            Listen(kestrel, plan.Grpc, HttpProtocols.Http2, plan);
            if (plan.Http is { } http)
                Listen(kestrel, http, HttpProtocols.Http1, plan);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_farewell);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(registry);
        builder.Services.AddSingleton(health);
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = limits.MessageBytes);
        var app = builder.Build();
        app.Use((http, next) => gate.InvokeAsync(http, () => next(http)));
        app.MapGrpcService<RunOperations>();
        app.MapGrpcService<RunReports>();
        app.MapGrpcService<HealthChecks>();
        app.MapGrpcService<ServerReflectionService>();
        app.MapGrpcService<ServerReflectionAlphaService>();
        app.MapGet("/healthz", (HttpContext http) =>
        {
            var isServing = health.Now.Status == ServingStatus.Serving;
            http.Response.StatusCode = isServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return http.Response.WriteAsync(isServing ? "ok\n" : "ending\n");
        });
        return app;
    }

    private static Task AnswerAsync(HttpContext http, Func<string> metrics)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return http.Response.WriteAsync(metrics());
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, HttpProtocols protocols,
        ListenPlan plan) =>
        kestrel.Listen(address.EndPoint, port =>
        {
            port.Protocols = protocols;
            if (address.IsEncrypted)
                port.UseHttps(plan.Certificate!);
        });

    private static ConfigurationException Refused(ListenPlan plan, Exception exception)
    {
        // Kestrel names the address in its message; with two of them that tells which one it was.
        var port = plan.Http is { } http
            && exception.Message.Contains($":{http.EndPoint.Port}", StringComparison.Ordinal)
            ? http : plan.Grpc;
        return exception.InnerException is AddressInUseException
            ? new ConfigurationException([new Fault(
                port.Key, "a free port", $"{port.Text}, which another process listens on",
                "choose another port, or 0 for a free one")])
            : new ConfigurationException([new Fault(
                port.Key, "an address of this machine that may be listened on",
                $"{port.Text} ({exception.GetBaseException().Message})", "write for example http://127.0.0.1:7070")]);
    }
}
