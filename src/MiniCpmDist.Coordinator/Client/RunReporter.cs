using Grpc.Core;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>
/// Rank 0's side of a coordinator in another process. No call waits: reports and requests lie in a queue, and a
/// connection that is made again and again carries them. The training goes on whether or not there is one.
/// </summary>
public sealed class RunReporter : IRunControl, IDisposable
{
    // A thousand fast steps are then ten messages; a decision waits no longer than this either.
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly CoordinatorChannel _channel;
    private readonly RunReporterOptions _options;
    private readonly ReportQueue _queue = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ReconnectDelay _delay;
    private Task? _connecting;
    private bool _isAway;

    public RunReporter(RunReporterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _channel = CoordinatorChannel.To(options.Address, options.Access);
        _delay = new ReconnectDelay(options.RunName);
    }

    /// <summary>Step reports that were left out because the coordinator was away, or slow.</summary>
    public long DroppedReports => _queue.Dropped;

    public RunRequest? Take()
    {
        // Begun here, in the training loop: by now the world has its number.
        _connecting ??= Task.Run(() => ConnectAsync(_options.Fence()));
        return _queue.Take();
    }

    public void Decided(RunRequest request, RunDecision decision) => _queue.Decide(request, decision);

    public void Observe(RunStatus status) => _queue.Observe(status);

    /// <summary>Sends what is left, if the coordinator takes it in time.</summary>
    public void Dispose()
    {
        _queue.End();
        try
        {
            _connecting?.WaitAsync(s_farewell, _options.Clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            // The journal has it all; the coordinator learns of it from the next attempt.
        }

        _ending.Cancel();
        _channel.Dispose();
        _connecting?.ContinueWith(_ => _ending.Dispose(), TaskScheduler.Default);
    }

    private async Task ConnectAsync(long fence)
    {
        while (!_ending.IsCancellationRequested)
        {
            var why = "is away";
            try
            {
                if (await ReportAsync(fence).ConfigureAwait(false))
                    return;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Aborted)
            {
                // A newer world has taken the run over; this one will find that out by its own fence.
                _options.Log($"the coordinator at {_options.Address} turns this world away: {exception.Status.Detail}");
                return;
            }
            catch (RpcException exception)
            {
                var cause = exception.Status.DebugException?.GetBaseException().Message ?? exception.Status.Detail;
                why = IsRefusal(exception.StatusCode) ? $"refuses this run ({cause})" : $"is away ({cause})";
            }
            catch (Exception exception) when (
                exception is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                why = "is away (the connection broke)";
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                // gRPC passes on what the connection throws when it breaks in the middle of a message.
                why = $"is away ({exception.Message.TrimEnd('.')})";
            }

            if (_ending.IsCancellationRequested || !await WaitAsync(why).ConfigureAwait(false))
                return;
        }
    }

    /// <summary>The coordinator is there and has answered.</summary>
    private static bool IsRefusal(StatusCode code) => code is StatusCode.Unauthenticated or StatusCode.PermissionDenied
        or StatusCode.InvalidArgument or StatusCode.ResourceExhausted or StatusCode.FailedPrecondition;

    private async Task<bool> WaitAsync(string why)
    {
        var delay = _delay.Next();
        if (!_isAway)
            _options.Log($"the coordinator at {_options.Address} {why}; the training goes on without it");
        _isAway = true;
        try
        {
            await Task.Delay(delay, _options.Clock, _ending.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>One connection; true when the end of the run has been told.</summary>
    private async Task<bool> ReportAsync(long fence)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        using var call = new V1.ReportService.ReportServiceClient(_channel.Invoker)
            .Report(new CallOptions(_channel.Headers, cancellationToken: connection.Token));
        var hello = new V1.Hello
        {
            RunName = _options.RunName,
            Fence = fence,
            ParentRun = _options.Parent?.Run ?? "",
            ParentStep = _options.Parent?.Step ?? 0,
        };
        await call.RequestStream.WriteAsync(new V1.ReportRequest { Hello = hello }).ConfigureAwait(false);
        if (!await call.ResponseStream.MoveNext(connection.Token).ConfigureAwait(false))
            return false;

        if (_isAway)
            _options.Log($"the coordinator at {_options.Address} is back");
        _isAway = false;
        _delay.Reset();
        _queue.BeginConnection();
        var listening = ListenAsync(call.ResponseStream, connection);
        var ended = false;
        // The coordinator may have been started again and know nothing of this run.
        var cursor = HistoryCursor.None;
        try
        {
            while (!ended)
            {
                await _queue.NewsAsync(connection.Token).ConfigureAwait(false);
                var reports = _queue.Next();
                ended = reports.HasEnded;
                if (_options.History?.Invoke(cursor) is { } news)
                    (reports.News, cursor) = (HistoryConversion.ToMessage(news), news.Cursor);
                await call.RequestStream.WriteAsync(new V1.ReportRequest { Reports = reports }).ConfigureAwait(false);
                if (!ended)
                    await Task.Delay(s_gathering, _options.Clock, connection.Token).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException
            or RpcException)
        {
            // The coordinator knows better why.
        }

        await listening.ConfigureAwait(false);
        return ended;
    }

    private async Task ListenAsync(IAsyncStreamReader<V1.ReportResponse> responses, CancellationTokenSource connection)
    {
        try
        {
            while (await responses.MoveNext(connection.Token).ConfigureAwait(false))
                Hear(responses.Current);
        }
        finally
        {
            await connection.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Hear(V1.ReportResponse response)
    {
        if (response.Acknowledged is { } acknowledged)
            _queue.Acknowledge(acknowledged.RequestIds);
        if (response.Request is not { } handed)
            return;
        try
        {
            _queue.Ask(new RunRequest(handed.RequestId, RunCommandConversion.ToRecord(handed.Command)));
        }
        catch (FormatException exception)
        {
            _options.Log($"request '{handed.RequestId}' of the coordinator is not understood: {exception.Message}");
        }
    }
}
