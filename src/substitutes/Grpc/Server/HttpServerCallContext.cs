using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>The context of a call that came over HTTP.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IDisposable
{
    private readonly HttpContext _http;
    private readonly IMethod _method;
    private readonly CancellationTokenSource _cancellation;
    private Metadata? _requestHeaders;
    private AuthContext? _authContext;
    private DateTime _deadline = DateTime.MaxValue;
    private Timer? _timer;
    private volatile bool _deadlineHasPassed;

    public HttpServerCallContext(HttpContext http, IMethod method)
    {
        _http = http;
        _method = method;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        // Kept, because a disposed source gives no token, and what a handler left running may still ask for it.
        CancellationTokenCore = _cancellation.Token;
    }

    public HttpContext Http => _http;

    public bool DeadlineHasPassed => _deadlineHasPassed;

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => _http.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = _http.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
                IPAddress address => $"ipv4:{address}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override CancellationToken CancellationTokenCore { get; }

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= new AuthContext(null, []);

    /// <summary>Starts the clock that the client asked for.</summary>
    /// <exception cref="RpcException">Internal: <c>grpc-timeout</c> cannot be read.</exception>
    public void Begin()
    {
        string? text = _http.Request.Headers[HeaderNames.Timeout];
        if (text is null)
            return;

        var timeout = CallTimeout.Read(text)
            ?? throw new RpcException(new Status(
                StatusCode.Internal, $"grpc-timeout: expected up to 8 digits and one of HMSmun, found '{text}'."));
        var now = DateTime.UtcNow;
        _deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _timer = new Timer(
            static context => ((HttpServerCallContext)context!).Expire(),
            this,
            CallTimeout.ForTimer(timeout),
            Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _cancellation.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_http.Response.HasStarted)
            throw new InvalidOperationException("The response headers have been sent already.");

        ServerResponse.Add(_http.Response.Headers, responseHeaders);
        return _http.Response.BodyWriter.FlushAsync(_cancellation.Token).AsTask();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken on by hand.");

    private void Expire()
    {
        _deadlineHasPassed = true;
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while the timer was already running.
        }
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in _http.Request.Headers)
        {
            foreach (var value in values)
                HeaderValue.Read(metadata, name, value);
        }

        return metadata;
    }
}
