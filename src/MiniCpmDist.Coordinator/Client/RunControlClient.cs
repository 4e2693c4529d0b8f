using System.Runtime.CompilerServices;
using Grpc.Core;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>
/// Watches and steers running trainings through their coordinator. An empty name of a run is the only one there.
/// Failures are <see cref="RunControlException"/>; a cancelled token is <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class RunControlClient : IDisposable
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(10);

    private readonly CoordinatorChannel _channel;
    private readonly V1.RunService.RunServiceClient _service;
    private readonly RunControlProblems _problems;

    private RunControlClient(CoordinatorChannel channel, string address)
    {
        _channel = channel;
        _service = new V1.RunService.RunServiceClient(channel.Invoker);
        _problems = new RunControlProblems(address);
    }

    /// <summary>Makes a client; the connection is made with the first call.</summary>
    /// <param name="address">Where the coordinator listens: <c>http://HOST:PORT</c> or
    /// <c>https://HOST:PORT</c>.</param>
    /// <param name="access">Token and trust; null for none.</param>
    /// <exception cref="ConfigurationException">The address has another form.</exception>
    public static RunControlClient Connect(string address, CoordinatorAccess? access = null) =>
        new(CoordinatorChannel.To(address, access ?? CoordinatorAccess.Open), address);

    /// <summary>All runs that the coordinator knows, by name.</summary>
    public Task<IReadOnlyList<RunSnapshot>> ListAsync(CancellationToken cancellationToken = default) =>
        _problems.Translate<IReadOnlyList<RunSnapshot>>(
            async () =>
            {
                var response = await _service
                    .ListRunsAsync(new V1.ListRunsRequest(), Options(s_answerTime, cancellationToken))
                    .ConfigureAwait(false);
                return
                [
                    .. response.Runs.Select(run => new RunSnapshot(
                        run.RunName, Status(run.Status), run.IsReporting, run.WaitingRequests)),
                ];
            },
            cancellationToken);

    /// <summary>The newest status, without waiting for a step.</summary>
    public Task<RunSnapshot> StatusAsync(string runName = "", CancellationToken cancellationToken = default) =>
        _problems.Translate(
            async () =>
            {
                var response = await _service
                    .GetStatusAsync(
                        new V1.GetStatusRequest { RunName = runName }, Options(s_answerTime, cancellationToken))
                    .ConfigureAwait(false);
                return new RunSnapshot(
                    response.RunName, Status(response.Status), response.IsReporting, response.WaitingRequests);
            },
            cancellationToken);

    /// <summary>
    /// The newest status, if there is one, and every later one until the run ends. Whoever reads more slowly than the
    /// run trains misses steps in between, but never the last one.
    /// </summary>
    public async IAsyncEnumerable<RunStatus> WatchAsync(
        string runName = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = _service.WatchStatus(
            new V1.WatchStatusRequest { RunName = runName }, Options(null, cancellationToken));
        while (await _problems.Translate(NextAsync, cancellationToken).ConfigureAwait(false) is { } status)
            yield return status;

        async Task<RunStatus?> NextAsync() =>
            await call.ResponseStream.MoveNext().ConfigureAwait(false) ? Status(call.ResponseStream.Current.Status)
                : null;
    }

    /// <summary>Asks the run for something.</summary>
    /// <param name="command">What.</param>
    /// <param name="runName">Of whom.</param>
    /// <param name="requestId">Names the request, so that asking again asks how it went; null for a new one.</param>
    /// <param name="wait">How long to wait for the decision; null to return once the request is accepted.</param>
    /// <param name="cancellationToken">Stops waiting; the request stays.</param>
    public Task<RequestReceipt> SendAsync(
        RunCommand command,
        string runName = "",
        string? requestId = null,
        TimeSpan? wait = null,
        CancellationToken cancellationToken = default) =>
        _problems.Translate(
            async () =>
            {
                var request = new V1.SendCommandRequest
                {
                    RunName = runName,
                    RequestId = requestId ?? Guid.NewGuid().ToString(),
                    Command = RunCommandConversion.ToMessage(command),
                };
                // Accepted first and waited for second, so that a deadline that passes says "not decided yet" and
                // nothing else.
                var receipt = await SendAsync(s_answerTime).ConfigureAwait(false);
                if (wait is { } time && receipt.State == V1.RequestState.Accepted)
                {
                    try
                    {
                        request.WaitForDecision = true;
                        receipt = await SendAsync(time).ConfigureAwait(false);
                    }
                    catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
                    {
                        // The receipt of the first call still holds.
                    }
                }

                return Receipt(receipt, command);

                async Task<V1.Receipt> SendAsync(TimeSpan within)
                {
                    using var call = _service.SendCommandAsync(request, Options(within, cancellationToken));
                    return (await call.ConfigureAwait(false)).Receipt;
                }
            },
            cancellationToken);

    /// <summary>How a request went that somebody has sent.</summary>
    public Task<RequestReceipt> RequestAsync(
        string requestId, string runName = "", CancellationToken cancellationToken = default) =>
        _problems.Translate(
            async () =>
            {
                var request = new V1.GetRequestRequest { RunName = runName, RequestId = requestId };
                var response = await _service
                    .GetRequestAsync(request, Options(s_answerTime, cancellationToken)).ConfigureAwait(false);
                return Receipt(response.Receipt, RunCommandConversion.ToRecord(response.Command));
            },
            cancellationToken);

    public void Dispose() => _channel.Dispose();

    private static RunStatus? Status(V1.RunStatus? message) =>
        message is null ? null : RunStatusConversion.ToRecord(message);

    private static RequestReceipt Receipt(V1.Receipt receipt, RunCommand command) => new(
        new RunRequest(receipt.RequestId, command),
        receipt.State is V1.RequestState.Decided or V1.RequestState.Refused
            ? new RunDecision(receipt.State == V1.RequestState.Decided, receipt.Step, receipt.Outcome)
            : null);

    private CallOptions Options(TimeSpan? time, CancellationToken cancellationToken) => new(
        _channel.Headers,
        time is { } within ? DateTime.UtcNow + within : null,
        cancellationToken);
}
