using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Control;
using RunCommand = MiniCpmDist.Core.Control.RunCommand;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>The operators' side of the service.</summary>
internal sealed class RunOperations(RunRegistry registry) : RunService.RunServiceBase
{
    private const int LongestId = 128;

    [Authorize(Policy = Rights.Read)]
    public override Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context)
    {
        var response = new ListRunsResponse();
        response.Runs.AddRange(registry.Runs.Select(run => new RunSummary
        {
            RunName = run.Name,
            IsReporting = run.IsReporting,
            WaitingRequests = run.Requests.Waiting,
            Status = Newest(run),
        }));
        return Task.FromResult(response);
    }

    [Authorize(Policy = Rights.Read)]
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var run = Find(request.RunName);
        return Task.FromResult(new GetStatusResponse
        {
            RunName = run.Name,
            IsReporting = run.IsReporting,
            WaitingRequests = run.Requests.Waiting,
            Status = Newest(run),
        });
    }

    [Authorize(Policy = Rights.Read)]
    public override async Task WatchStatus(
        WatchStatusRequest request, IServerStreamWriter<WatchStatusResponse> responseStream, ServerCallContext context)
    {
        var board = Find(request.RunName).Board;
        using var watching =
            CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, registry.Ending);
        try
        {
            await foreach (var status in board.ReadAsync(watching.Token).ConfigureAwait(false))
            {
                var response = new WatchStatusResponse { Status = RunStatusConversion.ToMessage(status) };
                await responseStream.WriteAsync(response).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (registry.Ending.IsCancellationRequested)
        {
            throw Leaving();
        }
    }

    [Authorize(Policy = Rights.Command)]
    public override async Task<SendCommandResponse> SendCommand(SendCommandRequest request, ServerCallContext context)
    {
        var run = Find(request.RunName);
        RequireId(request.RequestId);
        try
        {
            var command = RunCommandConversion.ToRecord(request.Command);
            var accepted = registry.Accept(
                run, new RunRequest(request.RequestId, command), Caller.Of(context));
            if (request.WaitForDecision)
            {
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(
                    context.CancellationToken, registry.Ending);
                await accepted.Decision.WaitAsync(waiting.Token).ConfigureAwait(false);
            }

            return new SendCommandResponse { Receipt = Receipt(accepted) };
        }
        catch (OperationCanceledException) when (registry.Ending.IsCancellationRequested)
        {
            throw Leaving();
        }
        catch (FormatException exception)
        {
            throw Failure(StatusCode.InvalidArgument, exception);
        }
        catch (RequestRefusedException exception)
        {
            throw Failure(
                exception.DependsOnState ? StatusCode.FailedPrecondition : StatusCode.InvalidArgument, exception);
        }
        catch (RequestLeftException exception)
        {
            throw Failure(StatusCode.Aborted, exception);
        }
        catch (Exception exception) when (exception is LogUnwritableException or NotOpenException)
        {
            throw Failure(StatusCode.Unavailable, exception);
        }
    }

    [Authorize(Policy = Rights.Read)]
    public override Task<GetRequestResponse> GetRequest(GetRequestRequest request, ServerCallContext context)
    {
        var run = Find(request.RunName);
        RequireId(request.RequestId);
        var found = run.Requests.Find(request.RequestId)
            ?? throw CallFailure.Of(
                StatusCode.NotFound,
                $"request_id: expected a request of run '{run.Name}', found '{request.RequestId}', which it has not "
                + "accepted or has forgotten; the run's journal.jsonl has all that was decided.");
        return Task.FromResult(new GetRequestResponse
        {
            Receipt = Receipt(found),
            Command = RunCommandConversion.ToMessage(found.Asked.Command),
        });
    }

    private static void RequireId(string id)
    {
        if (id.Length is 0 or > LongestId)
        {
            throw CallFailure.Of(
                StatusCode.InvalidArgument,
                $"request_id: expected 1 to {LongestId} characters, found {id.Length}. Send a UUID.");
        }
    }

    private static MiniCpmDist.Coordinator.V1.RunStatus? Newest(KnownRun run) =>
        run.Board.Newest is { } newest ? RunStatusConversion.ToMessage(newest) : null;

    private static Receipt Receipt(Request request)
    {
        if (!request.Decision.IsCompletedSuccessfully)
            return new Receipt { RequestId = request.Asked.Id, State = RequestState.Accepted };
        var decision = request.Decision.Result;
        return new Receipt
        {
            RequestId = request.Asked.Id,
            State = decision.Accepted ? RequestState.Decided : RequestState.Refused,
            Step = decision.Step,
            Outcome = decision.Outcome,
        };
    }

    private static RpcException Leaving() => CallFailure.Of(
        StatusCode.Unavailable, "The coordinator ends; what it has accepted stands. Ask the next one again.");

    private static RpcException Failure(StatusCode code, Exception exception) =>
        CallFailure.Of(code, exception.Message);

    private KnownRun Find(string name)
    {
        try
        {
            return registry.Find(name);
        }
        catch (UnknownRunException exception)
        {
            throw Failure(exception.IsAmbiguous ? StatusCode.InvalidArgument : StatusCode.NotFound, exception);
        }
    }
}
