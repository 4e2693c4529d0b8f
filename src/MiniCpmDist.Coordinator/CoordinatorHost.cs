using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniCpmDist.Coordinator.Hosting;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Coordinator.Services;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator;

/// <summary>
/// The service of one run, inside the process of its rank 0: gRPC over cleartext HTTP/2. It writes nothing to the
/// console, reads no settings of its own and handles no signals.
/// </summary>
public sealed class CoordinatorHost : IAsyncDisposable
{
    // Time for the last answers to leave. A caller that does not take them holds the training's end up that long.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly RunControl _control;

    private CoordinatorHost(WebApplication app, RunControl control)
    {
        _app = app;
        _control = control;
        BoundAddress = app.Urls.Single();
    }

    /// <summary>Where it listens, with the port that was found if 0 was asked for.</summary>
    public string BoundAddress { get; }

    /// <summary>For the training loop; no call waits for a network or a client.</summary>
    public IRunControl Control => _control;

    /// <summary>Starts listening.</summary>
    /// <param name="address"><c>http://HOST:PORT</c>,
    /// an address of this machine or <c>*</c>; port 0 for a free one.</param>
    /// <param name="runName">Told to whoever asks, also before the first step.</param>
    /// <exception cref="ConfigurationException">The address has another form,
    /// is not this machine's, or is taken.</exception>
    public static CoordinatorHost Start(string address, string runName)
    {
        var endPoint = ListenAddress.Parse(address);
        var control = new RunControl(runName);
        var app = Build(endPoint, control);
        try
        {
            app.StartAsync().GetAwaiter().GetResult();
            return new CoordinatorHost(app, control);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw Refused(address, exception);
        }
    }

    /// <summary>Ends watchers, tells callers whose requests are undecided, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _control.End();
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(IPEndPoint endPoint, RunControl control)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endPoint, port => port.Protocols = HttpProtocols.Http2);
            // So that a watcher whose machine has vanished is let go.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_farewell);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(control);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<RunControlService>();
        return app;
    }

    private static ConfigurationException Refused(string address, Exception exception) =>
        exception.InnerException is AddressInUseException
            ? new ConfigurationException([new Fault(
                "coordinator.address",
                "a free port",
                $"{address}, which another process listens on",
                "choose another port, or 0 for a free one")])
            : new ConfigurationException([new Fault(
                "coordinator.address",
                "an address of this machine that may be listened on",
                $"{address} ({exception.GetBaseException().Message})",
                "write for example http://127.0.0.1:7070")]);
}
