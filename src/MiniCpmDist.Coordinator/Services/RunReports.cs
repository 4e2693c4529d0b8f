using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using MiniCpmDist.Coordinator.Access;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Coordinator.Logs;
using MiniCpmDist.Coordinator.Runs;
using MiniCpmDist.Coordinator.V1;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>The side of runs that live in other processes: their rank 0 reports and is handed requests.</summary>
internal sealed class RunReports(RunRegistry registry) : ReportService.ReportServiceBase
{
    [Authorize(Policy = Rights.Report)]
    public override async Task Report(
        IAsyncStreamReader<ReportRequest> requestStream,
        IServerStreamWriter<ReportResponse> responseStream,
        ServerCallContext context)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, registry.Ending);
        var run = await BeginAsync(requestStream, context).ConfigureAwait(false);
        // Bounded by the requests that wait and the decisions that come: both have limits of their own.
        var answers = Channel.CreateUnbounded<ReportResponse>(new UnboundedChannelOptions { SingleReader = true });
        answers.Writer.TryWrite(new ReportResponse { Welcome = new Welcome() });
        run.Connect(
            asked => answers.Writer.TryWrite(new ReportResponse
            {
                Request = new HandedRequest
                {
                    RequestId = asked.Id,
                    Command = RunCommandConversion.ToMessage(asked.Command),
                },
            }),
            connection);
        var answering = AnswerAsync(answers.Reader, responseStream, connection.Token);
        try
        {
            while (await requestStream.MoveNext(connection.Token).ConfigureAwait(false))
            {
                if (requestStream.Current.Reports is { } reports)
                    Take(run, reports, answers.Writer);
            }

            // The run has sent all it had; the answers to it are still sent.
            answers.Writer.TryComplete();
            await answering.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            // The status is Unavailable and not Aborted, because it may be the same world over a new connection.
            throw CallFailure.Of(
                StatusCode.Unavailable,
                registry.Ending.IsCancellationRequested
                    ? "The coordinator ends." : "A newer connection of this run has come.");
        }
        catch (FormatException exception)
        {
            throw CallFailure.Of(StatusCode.InvalidArgument, exception.Message);
        }
        catch (Exception exception) when (exception is LogUnwritableException or NotOpenException)
        {
            // Nothing was acknowledged, so the run sends it again.
            throw CallFailure.Of(StatusCode.Unavailable, exception.Message);
        }
        finally
        {
            registry.Leave(run, connection);
            answers.Writer.TryComplete();
            await connection.CancelAsync().ConfigureAwait(false);
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<KnownRun> BeginAsync(IAsyncStreamReader<ReportRequest> requests, ServerCallContext context)
    {
        if (!await requests.MoveNext(context.CancellationToken).ConfigureAwait(false)
            || requests.Current.Hello is not { } hello)
        {
            throw CallFailure.Of(StatusCode.InvalidArgument, "Expected a hello as the first message.");
        }

        if (!RunNames.Cover(context.GetHttpContext().User, hello.RunName))
        {
            throw CallFailure.Of(
                StatusCode.PermissionDenied,
                $"This token does not report for run '{hello.RunName}': the line `report TOKEN RUN` of the "
                + "coordinator's tokens names the runs that it is for.");
        }

        try
        {
            var run = registry.Join(hello.RunName, hello.Fence);
            if (hello.ParentRun.Length > 0)
                run.Parent = (hello.ParentRun, hello.ParentStep);
            return run;
        }
        catch (RequestRefusedException exception)
        {
            var code = exception.DependsOnState ? StatusCode.Aborted : StatusCode.InvalidArgument;
            throw CallFailure.Of(code, exception.Message);
        }
        catch (Exception exception) when (exception is LogUnwritableException or NotOpenException)
        {
            throw CallFailure.Of(StatusCode.Unavailable, exception.Message);
        }
    }

    private void Take(KnownRun run, Reports reports, ChannelWriter<ReportResponse> answers)
    {
        if (reports.News is { } news)
            run.History.Add(HistoryConversion.ToRecord(news));
        foreach (var status in reports.News is null ? reports.Statuses : [])
            run.History.Follow(RunStatusConversion.ToRecord(status));
        // Watchers see the newest only; the run's metrics.jsonl has every step.
        if (reports.Statuses is [.., var newest])
            run.Board.Post(RunStatusConversion.ToRecord(newest) with { Name = run.Name });

        var acknowledged = new Acknowledged();
        foreach (var message in reports.Decisions)
        {
            var asked = new RunRequest(message.RequestId, RunCommandConversion.ToRecord(message.Command));
            var decision = new RunDecision(message.IsAccepted, message.Step, message.Outcome);
            registry.Record(run, asked, decision);
            acknowledged.RequestIds.Add(message.RequestId);
        }

        if (acknowledged.RequestIds.Count > 0)
            answers.TryWrite(new ReportResponse { Acknowledged = acknowledged });
        if (reports.HasEnded)
            run.Board.End();
    }

    private static async Task AnswerAsync(
        ChannelReader<ReportResponse> answers, IServerStreamWriter<ReportResponse> stream,
            CancellationToken cancellationToken)
    {
        await foreach (var answer in answers.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            await stream.WriteAsync(answer, cancellationToken).ConfigureAwait(false);
    }
}
