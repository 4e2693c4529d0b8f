using Grpc.Core;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Protocol;
using MiniCpmDist.Protocol.V1;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>The callers' side of the service.</summary>
internal sealed class RunControlService(RunControl control) : RunService.RunServiceBase
{
    private const int LongestId = 128;

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var newest = control.Board.Newest;
        return Task.FromResult(new GetStatusResponse
        {
            RunName = control.RunName,
            Status = newest is null ? null : RunStatusConversion.ToMessage(newest),
        });
    }

    public override async Task WatchStatus(
        WatchStatusRequest request, IServerStreamWriter<WatchStatusResponse> responseStream, ServerCallContext context)
    {
        await foreach (var status in control.Board.ReadAsync(context.CancellationToken).ConfigureAwait(false))
        {
            var response = new WatchStatusResponse { Status = RunStatusConversion.ToMessage(status) };
            await responseStream.WriteAsync(response).ConfigureAwait(false);
        }
    }

    public override async Task<RequestCheckpointResponse> RequestCheckpoint(
        RequestCheckpointRequest request, ServerCallContext context) =>
        new()
        {
            Receipt = await ReceiveAsync(new RunCommand.Checkpoint(), request.RequestId, request.WaitForDecision, context)
                .ConfigureAwait(false),
        };

    public override async Task<RequestStopResponse> RequestStop(
        RequestStopRequest request, ServerCallContext context) =>
        new()
        {
            Receipt = await ReceiveAsync(new RunCommand.Stop(), request.RequestId, request.WaitForDecision, context)
                .ConfigureAwait(false),
        };

    private async Task<Receipt> ReceiveAsync(
        RunCommand command, string requestId, bool wait, ServerCallContext context)
    {
        if (requestId.Length is 0 or > LongestId)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument,
                $"request_id: expected 1 to {LongestId} characters, found {requestId.Length}. Send a UUID."));
        }

        try
        {
            var request = control.Requests.Accept(new RunRequest(requestId, command));
            if (wait)
                await request.Decision.WaitAsync(context.CancellationToken).ConfigureAwait(false);

            return request.Decision.IsCompletedSuccessfully
                ? Decided(requestId, await request.Decision.ConfigureAwait(false))
                : new Receipt { RequestId = requestId, State = RequestState.Accepted };
        }
        catch (RequestRefusedException exception)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, exception.Message));
        }
        catch (RunEndedException exception)
        {
            throw new RpcException(new Status(StatusCode.Aborted, exception.Message));
        }
    }

    private static Receipt Decided(string requestId, RunDecision decision) => new()
    {
        RequestId = requestId,
        State = RequestState.Decided,
        Step = decision.Step,
        Outcome = decision.Outcome,
    };
}
