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
    private readonly GrpcChannel channel;
    private readonly Method<TRequest, TResponse> method;
    private readonly CallOptions options;
    private readonly CancellationTokenSource exchange = new();
    private readonly TaskCompletionSource<Ending> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Metadata> headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration cancellation;
    private CancellationTokenRegistration disposal;
    private Timer? deadline;
    private HttpResponseMessage? response;
    private Task<FrameReader>? opened;
    private Ending? endingInHeaders;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        this.channel = channel;
        this.method = method;
        this.options = options;
    }

    public Task<Metadata> Headers => headers.Task;

    /// <summary>Cancelled as soon as the call has ended, however it did.</summary>
    public CancellationToken Exchange => exchange.Token;

    public int? LongestRequest => channel.Options.MaxSendMessageSize;

    public Marshaller<TRequest> RequestMarshaller => method.RequestMarshaller;

    /// <summary>Sends the request. Faults, also those of <paramref name="content"/>, show when the response is read.</summary>
    public void Start(Func<HttpContent> content)
    {
        var remaining = Remaining();
        if (remaining is { } time)
        {
            deadline = new Timer(
                static call => ((ClientCall<TRequest, TResponse>)call!).Expire(),
                this,
                CallTimeout.ForTimer(time),
                Timeout.InfiniteTimeSpan);
        }

        cancellation = options.CancellationToken.Register(() => Cancel("The caller cancelled the call."));
        disposal = channel.Disposed.Register(() => Cancel("The channel was disposed."));
        if (ended.Task.IsCompleted)
            disposal.Unregister(); // Cancelled before it was registered, so that ending the call missed it.

        opened = OpenAsync(content, remaining);
        // Headers and request may fail without anybody waiting for them; the response tells.
        _ = headers.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        _ = opened.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>The next response, or null when the call has ended with OK.</summary>
    public async Task<TResponse?> ReadAsync()
    {
        try
        {
            if (ended.Task.IsCompleted)
                return RequireOk(null);

            var payload = await NextAsync().ConfigureAwait(false);
            if (payload is not null)
                return IncomingPayload.Read(payload, method.ResponseMarshaller);

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

            var message = payload is null ? null : IncomingPayload.Read(payload, method.ResponseMarshaller);
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

    /// <summary>What a writer throws when it cannot write: the call's ending if known. It does not end the call, for the
    /// server may have ended it with a status that the reader has still to see.</summary>
    public Exception WriteFailed(Exception exception) =>
        ended.Task.IsCompleted
            ? Thrown(ended.Task.Result)
            : new RpcException(ClientStatus.OfException(exception));

    private static RpcException Internal(string detail) => new(new Status(StatusCode.Internal, detail));

    private TimeSpan? Remaining()
    {
        if (options.Deadline is not { } moment || moment == DateTime.MaxValue)
            return null;

        if (moment != DateTime.MinValue && moment.Kind != DateTimeKind.Utc)
            throw new InvalidOperationException($"A deadline must be UTC, found kind {moment.Kind}: use DateTime.UtcNow.");

        var remaining = moment - DateTime.UtcNow;
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private async Task<FrameReader> OpenAsync(Func<HttpContent> content, TimeSpan? remaining)
    {
        try
        {
            if (remaining == TimeSpan.Zero)
                Expire();

            exchange.Token.ThrowIfCancellationRequested();
            var request = ClientRequest.For(channel.Address, method, options.Headers, remaining, content());
            var received = await channel.SendAsync(request, exchange.Token).ConfigureAwait(false);
            response = received;
            if (ended.Task.IsCompleted)
                received.Dispose();

            ClientStatus.RequireGrpc(received);
            headers.TrySetResult(ClientStatus.Metadata(received.Headers));
            endingInHeaders = ClientStatus.OfHeadersAlone(received);
            if (endingInHeaders is not null)
                return new FrameReader(Stream.Null, encoding: null, longest: null);

            var body = await received.Content.ReadAsStreamAsync(exchange.Token).ConfigureAwait(false);
            var encoding = received.Headers.TryGetValues(HeaderNames.Encoding, out var values) ? values.First() : null;
            return new FrameReader(body, encoding, channel.Options.MaxReceiveMessageSize);
        }
        catch (Exception exception)
        {
            throw Failed(exception);
        }
    }

    private async Task<byte[]?> NextAsync()
    {
        var frames = await opened!.ConfigureAwait(false);
        return await frames.ReadAsync(exchange.Token).ConfigureAwait(false);
    }

    private Ending ReadEnding() => endingInHeaders ?? ClientStatus.OfTrailers(response!);

    private void Expire() =>
        Finish(new Ending(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."), Metadata.Empty));

    private void Finish(Ending ending)
    {
        if (!ended.TrySetResult(ending))
            return;

        deadline?.Dispose();
        cancellation.Unregister();
        disposal.Unregister();
        headers.TrySetException(Thrown(ending));
        // Releases a request that is still being sent, and tells the server to stop, if it has not ended the call itself.
        exchange.Cancel();
        response?.Dispose();
    }

    private Exception Failed(Exception exception)
    {
        var ending = exception is RpcException rpc
            ? new Ending(rpc.Status, rpc.Trailers)
            : new Ending(ClientStatus.OfException(exception), Metadata.Empty);
        // A server that keeps the deadline may reset the stream a moment before the timer here rings.
        if (ending.Status.StatusCode == StatusCode.Cancelled && options.Deadline <= DateTime.UtcNow)
            Expire();

        Finish(ending);
        return Thrown(ended.Task.Result);
    }

    private TResponse? RequireOk(TResponse? message)
    {
        var ending = ended.Task.Result;
        return ending.Status.StatusCode == StatusCode.OK ? message : throw Thrown(ending);
    }

    private Exception Thrown(Ending ending) =>
        ending.Status.StatusCode == StatusCode.Cancelled && channel.Options.ThrowOperationCanceledOnCancellation
            ? new OperationCanceledException(ending.Status.Detail, ending.Status.DebugException, options.CancellationToken)
            : new RpcException(ending.Status, ending.Trailers);

    private Ending Ended(string what) =>
        ended.Task.IsCompletedSuccessfully
            ? ended.Task.Result
            : throw new InvalidOperationException($"The call has not ended, so that it has no {what} yet.");
}
