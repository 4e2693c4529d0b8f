using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Tracing;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Steps along the token axis until the schedule ends, a command says stop or the time is used up. What changes training
/// comes in through the constructor; what watches it gets immutable reports on rank 0.
/// </summary>
public sealed class TrainingLoop(
    RunOptions options,
    ICommunicator communicator,
    TrainingStep step,
    HeldOutEvaluation heldOut,
    RunSaver saver,
    IRunControl control,
    RunRecords? records,
    IReadOnlyList<IStepObserver> observers,
    StepTrace trace,
    TimeLimit? timeLimit)
{
    private readonly LearningRateSchedule _schedule = LearningRateSchedule.From(options.Schedule);
    private readonly long _tokenBatch = options.Schedule.TokenBatch;
    private long _step;
    private long _tokens;

    /// <summary>Trains from a position to the end of the schedule. Called by all ranks alike.</summary>
    public RunOutcome RunCollective(long startStep, long startTokens, int attempt)
    {
        (_step, _tokens) = (startStep, startTokens);
        var phase = _step == 0 ? (PhaseKind?)null : _schedule.PhaseAt(_tokens);
        Observe(observer => observer.Started(Progress(attempt)));
        while (_tokens < _schedule.TotalTokens)
        {
            var command = AgreeOnCommandCollective();
            if (command != RunCommandKind.None)
                SaveCollective();
            if (command is RunCommandKind.Stop or RunCommandKind.Suspend)
                return End(command == RunCommandKind.Stop ? RunOutcome.Stopped : RunOutcome.Suspended);
            var begin = timeLimit?.Now() ?? 0;
            trace.Enter(_step + 1);
            phase = Announce(phase, _schedule.PhaseAt(_tokens + _tokenBatch));
            StepCollective(phase.Value, attempt);
            if (IsDue(options.Data.EvaluateEvery))
                EvaluateCollective(attempt);
            timeLimit?.Stepped(begin);
            if (IsDue(options.Checkpoint.Every))
                SaveCollective();
        }
        records?.Decide("run-finished", _step, _tokens);
        return End(RunOutcome.Finished);
    }

    private void StepCollective(PhaseKind phase, int attempt)
    {
        var clock = Stopwatch.StartNew();
        var sequences = _tokenBatch / options.Data.SequenceLength;
        var learningRate = _schedule.At(_tokens + _tokenBatch);
        var plan = new StepPlan(
            _step + 1,
            _tokens / options.Data.SequenceLength,
            (int)(sequences / options.Parallel.MicroBatch),
            learningRate);
        var (loss, norm) = TraceCollective(plan);
        _step++;
        _tokens += _tokenBatch;
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new DivergedException(_step, loss, norm);
        var report = new StepReport(
            _step, _tokens, loss, learningRate, _tokenBatch, norm, clock.Elapsed.TotalSeconds, phase, attempt);
        records?.Measure(report);
        Observe(observer => observer.Stepped(report, Progress(attempt)));
        if (communicator.Rank == 0)
            control.Observe(Status(report));
    }

    private (double Loss, double Norm) TraceCollective(StepPlan plan)
    {
        using var span = trace.Measure("step");
        return step.RunCollective(plan);
    }

    /// <summary>
    /// Rank 0 alone listens to commands and looks at the clock; the others learn its decision here, at the same step. The
    /// decision is in the journal before anyone acts on it.
    /// </summary>
    private RunCommandKind AgreeOnCommandCollective()
    {
        Span<int> word = [0];
        if (communicator.Rank == 0 && control.Take() is { } command)
        {
            records?.Decide(
                "command", _step, _tokens, ("request", command.RequestId), ("command", command.Kind.ToString()));
            control.Decided(command, _step, "at the end of this step");
            word[0] = (int)command.Kind;
        }
        else if (communicator.Rank == 0 && timeLimit?.IsOver == true)
        {
            records?.Decide("time-used-up", _step, _tokens);
            word[0] = (int)RunCommandKind.Suspend;
        }
        communicator.BroadcastCollective(MemoryMarshal.AsBytes(word));
        return (RunCommandKind)word[0];
    }

    private PhaseKind Announce(PhaseKind? before, PhaseKind now)
    {
        if (before != now)
            records?.Decide("phase", _step + 1, _tokens, ("phase", now.ToString()));
        return now;
    }

    private void EvaluateCollective(int attempt)
    {
        using var span = trace.Measure("evaluation");
        var loss = heldOut.LossCollective(communicator);
        var report = new HeldOutReport(_step, _tokens, loss, heldOut.Sequences, attempt);
        records?.Measure(report);
        Observe(observer => observer.Evaluated(report));
    }

    private void SaveCollective()
    {
        using var span = trace.Measure("checkpoint");
        var begin = timeLimit?.Now() ?? 0;
        records?.SyncMetrics();
        if (saver.SaveCollective(_step, _tokens) is not { } checkpoint)
            return;
        timeLimit?.Saved(begin);
        records?.Decide("checkpoint", _step, _tokens, ("path", Path.GetFileName(checkpoint.Path)));
        Observe(observer => observer.Saved(checkpoint.Path, _step));
    }

    /// <summary>
    /// True when the step just done crossed a multiple of <paramref name="interval"/> tokens, or was the last.
    /// </summary>
    private bool IsDue(long? interval) =>
        _tokens >= _schedule.TotalTokens
        || (interval is > 0 && _tokens / interval.Value > (_tokens - _tokenBatch) / interval.Value);

    private RunOutcome End(RunOutcome outcome)
    {
        trace.Finish();
        Observe(observer => observer.Ended(outcome));
        return outcome;
    }

    private void Observe(Action<IStepObserver> notify)
    {
        if (communicator.Rank != 0)
            return;
        foreach (var observer in observers)
            notify(observer);
    }

    private RunProgress Progress(int attempt) => new(
        options.Name, _step, _step + Math.Max(0, _schedule.TotalTokens - _tokens + _tokenBatch - 1) / _tokenBatch,
        _tokens, _schedule.TotalTokens, communicator.WorldSize, attempt);

    private RunStatus Status(StepReport report) => new(
        options.Name, report.Step, Progress(report.Attempt).TotalSteps, report.Tokens, report.Loss, report.LearningRate,
        report.TokenBatch, report.Phase, report.TokenBatch / report.Seconds, communicator.WorldSize,
        saver.LastSavedStep);
}
