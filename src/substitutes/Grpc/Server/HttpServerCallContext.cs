using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>The context of a call that came over HTTP.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IDisposable
{
    private readonly HttpContext http;
    private readonly IMethod method;
    private readonly CancellationTokenSource cancellation;
    private Metadata? requestHeaders;
    private AuthContext? authContext;
    private DateTime deadline = DateTime.MaxValue;
    private Timer? timer;
    private volatile bool deadlineHasPassed;

    public HttpServerCallContext(HttpContext http, IMethod method)
    {
        this.http = http;
        this.method = method;
        cancellation = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        // Kept, because a disposed source gives no token, and what a handler left running may still ask for it.
        CancellationTokenCore = cancellation.Token;
    }

    public HttpContext Http => http;

    public bool DeadlineHasPassed => deadlineHasPassed;

    protected override string MethodCore => method.FullName;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = http.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
                IPAddress address => $"ipv4:{address}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore => requestHeaders ??= ReadRequestHeaders();

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => authContext ??= new AuthContext(null, []);

    /// <summary>Starts the clock that the client asked for.</summary>
    /// <exception cref="RpcException">Internal: <c>grpc-timeout</c> cannot be read.</exception>
    public void Begin()
    {
        string? text = http.Request.Headers[HeaderNames.Timeout];
        if (text is null)
            return;

        var timeout = CallTimeout.Read(text)
            ?? throw new RpcException(new Status(
                StatusCode.Internal, $"grpc-timeout: expected up to 8 digits and one of HMSmun, found '{text}'."));
        var now = DateTime.UtcNow;
        deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        timer = new Timer(
            static context => ((HttpServerCallContext)context!).Expire(),
            this,
            CallTimeout.ForTimer(timeout),
            Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        timer?.Dispose();
        cancellation.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (http.Response.HasStarted)
            throw new InvalidOperationException("The response headers have been sent already.");

        ServerResponse.Add(http.Response.Headers, responseHeaders);
        return http.Response.BodyWriter.FlushAsync(cancellation.Token).AsTask();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken on by hand.");

    private void Expire()
    {
        deadlineHasPassed = true;
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while the timer was already running.
        }
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in http.Request.Headers)
        {
            foreach (var value in values)
                HeaderValue.Read(metadata, name, value);
        }

        return metadata;
    }
}
