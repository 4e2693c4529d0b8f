using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>One call from the server's side, from the HTTP request to the trailers.</summary>
internal sealed class ServerCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly HttpContext _http;
    private readonly Method<TRequest, TResponse> _method;

    private ServerCall(
        HttpContext http, Method<TRequest, TResponse> method, GrpcServiceOptions options, HttpServerCallContext context)
    {
        _http = http;
        _method = method;
        Context = context;
        var encoding = http.Request.Headers[HeaderNames.Encoding];
        var frames = new FrameReader(
            http.Request.Body, encoding.Count == 0 ? null : encoding[0], options.MaxReceiveMessageSize);
        Requests = new RequestReader<TRequest>(frames, method.RequestMarshaller, context);
        Responses = new ResponseWriter<TResponse>(http, method.ResponseMarshaller, options.MaxSendMessageSize, context);
    }

    public HttpServerCallContext Context { get; }

    public RequestReader<TRequest> Requests { get; }

    public ResponseWriter<TResponse> Responses { get; }

    public static async Task ServeAsync(
        HttpContext http,
        Method<TRequest, TResponse> method,
        GrpcServiceOptions options,
        Func<ServerCall<TRequest, TResponse>, Task> serve)
    {
        if (!ServerResponse.RequireGrpc(http))
            return;

        LiftHttpLimits(http);
        ServerResponse.Begin(http);
        Status status;
        var trailers = Metadata.Empty;
        using var context = new HttpServerCallContext(http, method);
        var call = new ServerCall<TRequest, TResponse>(http, method, options, context);
        try
        {
            context.Begin();
            await serve(call).ConfigureAwait(false);
            status = context.Status;
        }
        catch (Exception exception)
        {
            status = call.StatusOf(exception, options.EnableDetailedErrors == true);
            trailers = (exception as RpcException)?.Trailers ?? trailers;
        }

        // A handler that notices the deadline may end as it likes; the client learns the reason.
        if (context.DeadlineHasPassed && status.StatusCode != StatusCode.DeadlineExceeded)
            status = new Status(StatusCode.DeadlineExceeded, "The deadline has passed.");

        call.Responses.Close();
        if (!http.RequestAborted.IsCancellationRequested)
            ServerResponse.End(http, status, Both(context.ResponseTrailers, trailers));
    }

    /// <exception cref="RpcException">Internal: no request, or a second one.</exception>
    public async Task<TRequest> ReadSingleAsync()
    {
        if (!await Requests.MoveNext(CancellationToken.None).ConfigureAwait(false))
            throw new RpcException(new Status(StatusCode.Internal, "The call ended without a request."));

        var request = Requests.Current;
        return await Requests.MoveNext(CancellationToken.None).ConfigureAwait(false)
            ? throw new RpcException(new Status(StatusCode.Internal, "A second request came in a call that has one."))
            : request;
    }

    public Task WriteSingleAsync(TResponse? response)
    {
        // A handler that sets a status instead of throwing has no response to give.
        if (Context.Status.StatusCode != StatusCode.OK)
            return Task.CompletedTask;

        return response is null
            ? throw new RpcException(new Status(StatusCode.Cancelled, $"{_method.FullName} returned no response."))
            : Responses.WriteAsync(response);
    }

    // Limits meant for uploads: messages have their own, and a stream may rest for hours.
    private static void LiftHttpLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static Metadata Both(Metadata first, Metadata second)
    {
        var both = new Metadata();
        foreach (var entry in first.Concat(second))
            both.Add(entry);

        return both;
    }

    private Status StatusOf(Exception exception, bool detailed)
    {
        if (exception is RpcException rpc)
            return rpc.Status;

        if (Context.CancellationToken.IsCancellationRequested && exception is OperationCanceledException or IOException)
            return new Status(StatusCode.Cancelled, "The call was cancelled.");

        _http.RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger("Grpc.AspNetCore.Server")
            .LogError(exception, "The handler of {Method} failed", _method.FullName);
        return new Status(
            StatusCode.Unknown,
            detailed ? $"The handler failed. {exception.GetType().Name}: {exception.Message}" : "The handler failed.");
    }
}
