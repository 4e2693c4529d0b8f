using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Telemetry;

/// <summary>
/// Answers <c>/metrics</c> of one rank, and nothing else. It only reads; who is to reach it from elsewhere is said with
/// <c>telemetry.metrics_address</c>.
/// </summary>
internal sealed class MetricsServer : IDisposable
{
    // A scraper has one or two connections, and a client with more does not keep others out.
    private const int MostConnections = 64;
    private const int MostOfPeer = 16;
    private const int MostRefused = 8;
    private readonly WebApplication _app;

    private MetricsServer(WebApplication app) =>
        (_app, Port) = (app, new Uri(app.Urls.Single()).Port);

    public int Port { get; }

    /// <summary>
    /// Listens at a port, or at a free one if another process has it: training must not stop because of a graph.
    /// </summary>
    /// <exception cref="ConfigurationException">The address is not this machine's.</exception>
    public static MetricsServer Start(string address, int port, RequestDelegate metrics)
    {
        var endPoint = new IPEndPoint(AddressOf(address), port);
        try
        {
            return Listen(endPoint, metrics);
        }
        catch (IOException) when (port != 0)
        {
            return Start(address, 0, metrics);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw Refused(address, exception.GetBaseException().Message);
        }
    }

    public void Dispose()
    {
        _app.StopAsync().GetAwaiter().GetResult();
        _app.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static MetricsServer Listen(IPEndPoint endPoint, RequestDelegate metrics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endPoint, port =>
            {
                port.Protocols = HttpProtocols.Http1;
                new ConnectionGuard(MostConnections, MostOfPeer, MostRefused).Watch(port);
            });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        ConnectionGuard.Use(app);
        app.Run(http => AnswerAsync(http, metrics));
        try
        {
            app.StartAsync().GetAwaiter().GetResult();
        }
        catch
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
        return new MetricsServer(app);
    }

    private static Task AnswerAsync(HttpContext http, RequestDelegate metrics)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (http.Request.Path != "/metrics")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync("Metrics are at /metrics.\n");
        }
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return metrics(http);
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = "GET, HEAD";
        return http.Response.WriteAsync("Metrics are read with GET.\n");
    }

    private static IPAddress AddressOf(string text) =>
        text == "*" ? IPAddress.Any
        : IPAddress.TryParse(text, out var address) ? address
        : throw Refused(text, "no address");

    private static ConfigurationException Refused(string address, string found) => new([new Problem(
        "telemetry.metrics_address", "an IP address of this machine, or `*` for all of them", $"`{address}` ({found})",
        $"write such as `metrics_address: {TelemetryOptions.Loopback}`")]);

    /// <summary>A lifetime that leaves signals to the training.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
