using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>
/// One call from the client's side. Whatever ends it first (trailers, a broken connection, the deadline, cancellation)
/// sets its ending, once; everything that fails afterwards reports that ending and not its own symptom.
/// </summary>
internal sealed class ClientCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _exchange = new();
    private readonly TaskCompletionSource<Ending> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;
    private CancellationTokenRegistration _disposal;
    private Timer? _deadline;
    private HttpResponseMessage? _response;
    private Task<FrameReader>? _opened;
    private Ending? _endingInHeaders;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _options = options;
    }

    public Task<Metadata> Headers => _headers.Task;

    /// <summary>Cancelled as soon as the call has ended, however it did.</summary>
    public CancellationToken Exchange => _exchange.Token;

    public int? LongestRequest => _channel.Options.MaxSendMessageSize;

    public Marshaller<TRequest> RequestMarshaller => _method.RequestMarshaller;

    /// <summary>
    /// Sends the request. Faults, also those of <paramref name="content"/>, show when the response is read.
    /// </summary>
    public void Start(Func<HttpContent> content)
    {
        var remaining = Remaining();
        if (remaining is { } time)
        {
            _deadline = new Timer(
                static call => ((ClientCall<TRequest, TResponse>)call!).Expire(),
                this,
                CallTimeout.ForTimer(time),
                Timeout.InfiniteTimeSpan);
        }

        _cancellation = _options.CancellationToken.Register(() => Cancel("The caller cancelled the call."));
        _disposal = _channel.Disposed.Register(() => Cancel("The channel was disposed."));
        if (_ended.Task.IsCompleted)
            _disposal.Unregister(); // Cancelled before it was registered, so that ending the call missed it.

        _opened = OpenAsync(content, remaining);
        // Headers and request may fail without anybody waiting for them; the response tells.
        _ = _headers.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        _ = _opened.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>The next response, or null when the call has ended with OK.</summary>
    public async Task<TResponse?> ReadAsync()
    {
        try
        {
            if (_ended.Task.IsCompleted)
                return RequireOk(null);

            var payload = await NextAsync().ConfigureAwait(false);
            if (payload is not null)
                return IncomingPayload.Read(payload, _method.ResponseMarshaller);

            Finish(ReadEnding());
            return RequireOk(null);
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
    }

    /// <summary>The one response of a call that has one.</summary>
    public async Task<TResponse> SingleAsync()
    {
        try
        {
            var payload = await NextAsync().ConfigureAwait(false);
            if (payload is not null && await NextAsync().ConfigureAwait(false) is not null)
                throw Internal("The server sent a second response to a call that has one.");

            var message = payload is null ? null : IncomingPayload.Read(payload, _method.ResponseMarshaller);
            var ending = ReadEnding();
            if (message is null && ending.Status.StatusCode == StatusCode.OK)
                throw Internal("The server ended the call with OK, but without a response.");

            Finish(ending);
            return RequireOk(message)!;
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
    }

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() => Ended("status").Status;

    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => Ended("trailers").Trailers;

    public void Cancel(string why) => Finish(new Ending(new Status(StatusCode.Cancelled, why), Metadata.Empty));

    public void Dispose() => Cancel("The call was disposed.");

    /// <summary>
    /// What a writer throws when it cannot write: the call's ending if known. It does not end the call, for the server
    /// may have ended it with a status that the reader has still to see.
    /// </summary>
    public Exception WriteFailed(Exception exception) =>
        _ended.Task.IsCompleted
            ? Thrown(_ended.Task.Result)
            : new RpcException(ClientStatus.OfException(exception));

    private static RpcException Internal(string detail) => new(new Status(StatusCode.Internal, detail));

    private TimeSpan? Remaining()
    {
        if (_options.Deadline is not { } moment || moment == DateTime.MaxValue)
            return null;

        if (moment != DateTime.MinValue && moment.Kind != DateTimeKind.Utc)
            throw new InvalidOperationException(
                $"A deadline must be UTC, found kind {moment.Kind}: use DateTime.UtcNow.");

        var remaining = moment - DateTime.UtcNow;
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private async Task<FrameReader> OpenAsync(Func<HttpContent> content, TimeSpan? remaining)
    {
        try
        {
            if (remaining == TimeSpan.Zero)
                Expire();

            _exchange.Token.ThrowIfCancellationRequested();
            var request = ClientRequest.For(_channel.Address, _method, _options.Headers, remaining, content());
            var received = await _channel.SendAsync(request, _exchange.Token).ConfigureAwait(false);
            _response = received;
            if (_ended.Task.IsCompleted)
                received.Dispose();

            ClientStatus.RequireGrpc(received);
            _headers.TrySetResult(ClientStatus.Metadata(received.Headers));
            _endingInHeaders = ClientStatus.OfHeadersAlone(received);
            if (_endingInHeaders is not null)
                return new FrameReader(Stream.Null, encoding: null, longest: null);

            var body = await received.Content.ReadAsStreamAsync(_exchange.Token).ConfigureAwait(false);
            var encoding = received.Headers.TryGetValues(HeaderNames.Encoding, out var values) ? values.First() : null;
            return new FrameReader(body, encoding, _channel.Options.MaxReceiveMessageSize);
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
    }

    private async Task<byte[]?> NextAsync()
    {
        var frames = await _opened!.ConfigureAwait(false);
        return await frames.ReadAsync(_exchange.Token).ConfigureAwait(false);
    }

    private Ending ReadEnding() => _endingInHeaders ?? ClientStatus.OfTrailers(_response!);

    private void Expire() =>
        Finish(new Ending(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."), Metadata.Empty));

    private void Finish(Ending ending)
    {
        if (!_ended.TrySetResult(ending))
            return;

        _deadline?.Dispose();
        _cancellation.Unregister();
        _disposal.Unregister();
        _headers.TrySetException(Thrown(ending));
        // Releases a request that is still being sent, and tells the server to stop, if it has not ended the call
        // itself.
        _exchange.Cancel();
        _response?.Dispose();
    }

    private Exception Failed(Exception exception)
    {
        var ending = exception is RpcException rpc
            ? new Ending(rpc.Status, rpc.Trailers)
            : new Ending(ClientStatus.OfException(exception), Metadata.Empty);
        // A server that keeps the deadline may reset the stream a moment before the timer here rings.
        if (ending.Status.StatusCode == StatusCode.Cancelled && _options.Deadline <= DateTime.UtcNow)
            Expire();

        Finish(ending);
        return Thrown(_ended.Task.Result);
    }

    private TResponse? RequireOk(TResponse? message)
    {
        var ending = _ended.Task.Result;
        return ending.Status.StatusCode == StatusCode.OK ? message : throw Thrown(ending);
    }

    private Exception Thrown(Ending ending) =>
        ending.Status.StatusCode == StatusCode.Cancelled && _channel.Options.ThrowOperationCanceledOnCancellation
            ? new OperationCanceledException(
                ending.Status.Detail, ending.Status.DebugException, _options.CancellationToken)
            : new RpcException(ending.Status, ending.Trailers);

    private Ending Ended(string what) =>
        _ended.Task.IsCompletedSuccessfully
            ? _ended.Task.Result
            : throw new InvalidOperationException($"The call has not ended, so that it has no {what} yet.");
}
