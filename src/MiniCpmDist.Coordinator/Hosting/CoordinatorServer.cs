using System.Net.Sockets;
using Grpc.HealthCheck;
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
using MiniCpmDist.Core.Problems;

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
    private readonly ServiceHealth _health;
    private readonly HealthServiceImpl _watched;

    private CoordinatorServer(WebApplication app, ListenPlan plan)
    {
        _app = app;
        _health = app.Services.GetRequiredService<ServiceHealth>();
        _watched = app.Services.GetRequiredService<HealthServiceImpl>();
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
        ListenPlan plan, RunRegistry registry, CallLimits? limits = null, RequestDelegate? metrics = null)
    {
        var app = Build(plan, registry, limits ?? new CallLimits());
        if (metrics is not null)
        {
            app.MapGet("/metrics", metrics).RequireAuthorization(Rights.Read);
        }

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

        return new CoordinatorServer(app, plan);
    }

    public async ValueTask DisposeAsync()
    {
        _health.End(_watched);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(ListenPlan plan, RunRegistry registry, CallLimits limits)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsOfConnection;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 8 * 1024;
            // A watcher whose machine has vanished must be released.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            Listen(kestrel, plan.Grpc, HttpProtocols.Http2, plan, limits);
            if (plan.Http is { } http)
                Listen(kestrel, http, HttpProtocols.Http1, plan, limits);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_farewell);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(registry);
        builder.Services.AddSingleton(plan);
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = limits.MessageBytes;
            options.Interceptors.Add<MessageNames>();
        });
        builder.Services.AddGrpcReflection();
        ServiceHealth.AddTo(builder.Services);
        CallAccess.AddTo(builder.Services, limits);
        var app = builder.Build();
        PageGuard.Use(app, plan);
        ConnectionGuard.Use(app);
        CallAccess.Use(app);
        app.MapGrpcService<RunOperations>();
        app.MapGrpcService<RunReports>();
        app.MapGrpcReflectionService().RequireAuthorization(Rights.Read);
        ServiceHealth.Map(app);
        return app;
    }

    private static void Listen(
        KestrelServerOptions kestrel, ListenAddress address, HttpProtocols protocols, ListenPlan plan,
        CallLimits limits) =>
        kestrel.Listen(address.EndPoint, port =>
        {
            port.Protocols = protocols;
            new ConnectionGuard(limits.Connections, limits.ConnectionsOfPeer, limits.ReservedConnections).Watch(port);
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
            ? new ConfigurationException([new Problem(
                port.Key, "a free port", $"{port.Text}, which another process listens on",
                "choose another port, or 0 for a free one")])
            : new ConfigurationException([new Problem(
                port.Key, "an address of this machine that may be listened on",
                $"{port.Text} ({exception.GetBaseException().Message})", "write for example http://127.0.0.1:7070")]);
    }
}
