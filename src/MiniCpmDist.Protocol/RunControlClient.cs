using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Protocol;

/// <summary>
/// Watches and steers one running training. Failures are <see cref="RunControlException"/>; a cancelled token is
/// <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class RunControlClient : IDisposable
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(10);

    private readonly GrpcChannel _channel;
    private readonly V1.RunService.RunServiceClient _service;
    private readonly RunControlFaults _faults;

    private RunControlClient(GrpcChannel channel, string address)
    {
        _channel = channel;
        _service = new V1.RunService.RunServiceClient(channel);
        _faults = new RunControlFaults(address);
    }

    /// <summary>Makes a client; the connection is made with the first call.</summary>
    /// <param name="address">Where the training listens: <c>http://HOST:PORT</c>.</param>
    /// <exception cref="ConfigurationException">The address has another form.</exception>
    public static RunControlClient Connect(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new ConfigurationException(
                $"Expected the address of a run like http://127.0.0.1:7070, found '{address}'. "
                + "The training prints its address when it starts.");
        }

        var handler = new SocketsHttpHandler
        {
            UseProxy = false, // A run is on the same network, and proxies do not pass gRPC on.
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // So that watching a host that has vanished ends.
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        };
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true };
        return new RunControlClient(GrpcChannel.ForAddress(uri, options), address);
    }

    /// <summary>The newest status, without waiting for a step.</summary>
    public Task<RunSnapshot> StatusAsync(CancellationToken cancellationToken = default) =>
        _faults.Translate(
            async () =>
            {
                var response = await _service.GetStatusAsync(
                    new V1.GetStatusRequest(), deadline: Deadline(s_answerTime), cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                var status = response.Status is null ? null : RunStatusConversion.ToRecord(response.Status);
                return new RunSnapshot(response.RunName, status);
            },
            cancellationToken);

    /// <summary>
    /// The newest status, if there is one, and every later one until the run ends. Whoever reads more slowly than the
    /// run trains misses steps in between, but never the last one.
    /// </summary>
    public async IAsyncEnumerable<RunStatus> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = _service.WatchStatus(new V1.WatchStatusRequest(), cancellationToken: cancellationToken);
        while (await _faults.Translate(NextAsync, cancellationToken).ConfigureAwait(false) is { } status)
            yield return status;

        async Task<RunStatus?> NextAsync() =>
            await call.ResponseStream.MoveNext().ConfigureAwait(false)
                ? RunStatusConversion.ToRecord(call.ResponseStream.Current.Status)
                : null;
    }

    /// <summary>Asks for a checkpoint at the end of the next step.</summary>
    /// <param name="requestId">Names the request, so that asking again asks how it went; null for a new one.</param>
    /// <param name="wait">How long to wait for the decision; null to return once the request is accepted.</param>
    /// <param name="cancellationToken">Stops waiting; the request stays.</param>
    public Task<RequestReceipt> CheckpointAsync(
        string? requestId = null, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        RequestAsync(
            new RunCommand.Checkpoint(),
            requestId,
            wait,
            async (id, waiting, options) =>
            {
                var request = new V1.RequestCheckpointRequest { RequestId = id, WaitForDecision = waiting };
                return (await _service.RequestCheckpointAsync(request, options).ConfigureAwait(false)).Receipt;
            },
            cancellationToken);

    /// <summary>Asks the run to write a checkpoint and to end.</summary>
    /// <param name="requestId">Names the request, so that asking again asks how it went; null for a new one.</param>
    /// <param name="wait">How long to wait for the decision; null to return once the request is accepted.</param>
    /// <param name="cancellationToken">Stops waiting; the request stays.</param>
    public Task<RequestReceipt> StopAsync(
        string? requestId = null, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        RequestAsync(
            new RunCommand.Stop(),
            requestId,
            wait,
            async (id, waiting, options) =>
            {
                var request = new V1.RequestStopRequest { RequestId = id, WaitForDecision = waiting };
                return (await _service.RequestStopAsync(request, options).ConfigureAwait(false)).Receipt;
            },
            cancellationToken);

    public void Dispose() => _channel.Dispose();

    private static DateTime Deadline(TimeSpan time) => DateTime.UtcNow + time;

    private Task<RequestReceipt> RequestAsync(
        RunCommand command,
        string? requestId,
        TimeSpan? wait,
        Func<string, bool, CallOptions, Task<V1.Receipt>> send,
        CancellationToken cancellationToken) =>
        _faults.Translate(
            async () =>
            {
                var id = requestId ?? Guid.NewGuid().ToString();
                // Accepted first and waited for second, so that a deadline that passes says "not decided yet" and
                // nothing else.
                var receipt = await send(id, false, Options(s_answerTime)).ConfigureAwait(false);
                if (wait is { } time && receipt.State != V1.RequestState.Decided)
                {
                    try
                    {
                        receipt = await send(id, true, Options(time)).ConfigureAwait(false);
                    }
                    catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
                    {
                        // The receipt of the first call still holds.
                    }
                }

                return new RequestReceipt(
                    new RunRequest(receipt.RequestId, command),
                    receipt.State == V1.RequestState.Decided,
                    receipt.Step,
                    receipt.Outcome);

                CallOptions Options(TimeSpan time) =>
                    new(deadline: Deadline(time), cancellationToken: cancellationToken);
            },
            cancellationToken);
}
