using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
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
internal sealed class TrainingLoop(
    RunOptions options,
    ICommunicator communicator,
    TrainingStep step,
    StepPlanner planner,
    HeldOutEvaluation heldOut,
    RunSaver saver,
    IRunControl control,
    RunRecords? records,
    IReadOnlyList<IStepObserver> observers,
    StepTrace trace,
    CheckpointTriggers triggers,
    Func<RetentionReport>? prune,
    TimeLimit? timeLimit)
{
    private readonly LearningRateSchedule _schedule = planner.Schedule;
    private readonly long _tokenBatch = options.Schedule.TokenBatch;
    private long _step;
    private long _tokens;
    private DataCursor _cursor = DataCursor.Start([]);

    // Of what AgreeOnCommandCollective returned; known to rank 0.
    private SaveCause _asked;

    /// <summary>Trains from a position to the end of the schedule. Called by all ranks alike.</summary>
    public RunOutcome RunCollective(long startStep, long startTokens, DataCursor startCursor, int attempt)
    {
        (_step, _tokens, _cursor) = (startStep, startTokens, startCursor);
        var phase = _step == 0 ? (PhaseKind?)null : _schedule.PhaseAt(_tokens);
        Observe(observer => observer.Started(Progress(attempt)));
        while (_tokens < _schedule.TotalTokens)
        {
            var command = AgreeOnCommandCollective();
            if (command != ControlWord.None)
                SaveCollective(_asked);
            if (OutcomeOf(command) is { } outcome)
                return End(outcome);
            var begin = timeLimit?.Now() ?? 0;
            trace.Enter(_step + 1);
            phase = Announce(phase, planner.PhaseAfter(_tokens));
            if (planner.Plan(_step, _tokens, _cursor) is not ({ } plan, var after))
                return EndEarlyCollective(attempt);
            StepCollective(plan, phase.Value, attempt);
            _cursor = after;
            var endsPhase = planner.PhaseAfter(_tokens) != phase;
            if (IsDue(options.Data.EvaluateEvery) || endsPhase)
                EvaluateCollective(attempt);
            timeLimit?.Stepped(begin);
            var isLast = _tokens >= _schedule.TotalTokens;
            if (SaveRule.After(options.Checkpoint, _tokens - _tokenBatch, _tokens, endsPhase, isLast) is { } cause)
                SaveCollective(cause);
        }
        records?.Decide("run-finished", _step, _tokens);
        return End(RunOutcome.Finished);
    }

    private void StepCollective(StepPlan plan, PhaseKind phase, int attempt)
    {
        var clock = Stopwatch.StartNew();
        var result = TraceCollective(plan);
        _step++;
        _tokens += _tokenBatch;
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
            throw new DivergedException(_step, result.Loss, result.GradientNorm);
        var report = new StepReport(
            _step, _tokens, result.Loss, plan.LearningRate, _tokenBatch, result.GradientNorm,
            clock.Elapsed.TotalSeconds, result.DataSeconds, phase, attempt, result.Sources);
        records?.Measure(report);
        Observe(observer => observer.Stepped(report, Progress(attempt)));
        if (communicator.Rank == 0)
            control.Observe(Status(report));
    }

    private StepResult TraceCollective(StepPlan plan)
    {
        using var span = trace.Measure("step");
        return step.RunCollective(plan);
    }

    /// <summary>
    /// Rank 0 alone listens to commands and looks at the clock; the others learn its decision here, at the same step. The
    /// decision is in the journal before anyone acts on it.
    /// </summary>
    private ControlWord AgreeOnCommandCollective()
    {
        Span<int> word = [0];
        if (communicator.Rank == 0 && control.Take() is { } request)
        {
            word[0] = (int)Decide(request);
            _asked = SaveCause.Command;
        }
        else if (communicator.Rank == 0)
        {
            (var asked, _asked) = triggers.Ask(_step, _tokens);
            word[0] = (int)asked;
        }
        communicator.BroadcastCollective(MemoryMarshal.AsBytes(word));
        return (ControlWord)word[0];
    }

    private ControlWord Decide(RunRequest request)
    {
        records?.Decide("command", _step, _tokens, [("request", request.Id), .. RunCommandFields.Write(request.Command)]);
        control.Decided(request, new RunDecision(Accepted: true, _step, "at the end of this step"));
        return request.Command is RunCommand.Stop ? ControlWord.Stop : ControlWord.Save;
    }

    private PhaseKind Announce(PhaseKind? before, PhaseKind now)
    {
        if (before != now)
            records?.Decide("phase", _step + 1, _tokens, ("phase", now.ToString()));
        var mixed = planner.Mix(_cursor, _tokens);
        if (_step == 0 || !ReferenceEquals(mixed, _cursor))
        {
            var mixture = MixtureText.Of(options.Data, mixed.Weights);
            records?.Decide("mixture", _step + 1, _tokens, ("weights", mixture));
        }
        _cursor = mixed;
        return now;
    }

    /// <summary>A source has run out that was to end the run with it.</summary>
    private RunOutcome EndEarlyCollective(int attempt)
    {
        records?.Decide("data-exhausted", _step, _tokens);
        EvaluateCollective(attempt);
        SaveCollective(SaveCause.End);
        records?.Decide("run-finished", _step, _tokens);
        return End(RunOutcome.Exhausted);
    }

    private void EvaluateCollective(int attempt)
    {
        using var span = trace.Measure("evaluation");
        var losses = heldOut.LossesCollective(communicator);
        var report = new HeldOutReport(
            _step, _tokens, HeldOutEvaluation.Mean(losses), heldOut.Sequences, attempt, losses);
        records?.Measure(report);
        Observe(observer => observer.Evaluated(report));
    }

    private static RunOutcome? OutcomeOf(ControlWord word) => word switch
    {
        ControlWord.Stop => RunOutcome.Stopped,
        ControlWord.Suspend => RunOutcome.Suspended,
        ControlWord.Interrupt => RunOutcome.Interrupted,
        _ => null,
    };

    private void SaveCollective(SaveCause cause)
    {
        using var span = trace.Measure("checkpoint");
        var begin = timeLimit?.Now() ?? 0;
        triggers.Saved();
        records?.SyncMetrics();
        if (saver.SaveCollective(_step, _tokens, _cursor) is not { } checkpoint)
            return;
        timeLimit?.Saved(begin);
        records?.Decide(
            "checkpoint", _step, _tokens,
            ("path", Path.GetFileName(checkpoint.Path)), ("cause", SaveCauseName.Of(cause)));
        Observe(observer => observer.Saved(checkpoint.Path, _step));
        if (prune?.Invoke() is { IsEmpty: false } pruned)
            Observe(observer => observer.Pruned(pruned));
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
