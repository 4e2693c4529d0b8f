using System.Diagnostics;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Training.Recovery;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Steps along the token axis until the schedule ends, a command says stop or the time is used up. What changes
/// training comes in through the constructor; what watches it gets immutable reports on rank 0.
/// </summary>
/// <param name="options">The run.</param>
/// <param name="communicator">The world.</param>
/// <param name="schedule">What the run follows.</param>
/// <param name="parts">The parts that the loop runs one after the other.</param>
/// <param name="services">What this rank works with.</param>
internal sealed class TrainingLoop(
    RunOptions options, ICommunicator communicator, RunSchedule schedule, TrainingParts parts, RunServices services)
{
    // This is short for a person who waits for an answer, and long for a processor.
    private static readonly TimeSpan s_pauseRound = TimeSpan.FromMilliseconds(250);
    private readonly RunCheckpoints _checkpoints = parts.Checkpoints;
    private readonly RunRecovery _recovery = parts.Recovery;
    private readonly IRunRecords _records = services.Records;
    private readonly StepTrace _trace = services.Trace;
    private readonly ExpertIdleness _idleness = new();
    private long _step;
    private long _tokens;
    private long _evaluatedStep = -1;

    // The held-out loss of the weights; null after the weights were changed.
    private double? _heldOutLoss;
    private bool _isPaused;
    private SaveCause? _owed;
    private StepReport? _last;
    private DataCursor _cursor = DataCursor.Start([]);
    private (long Step, long Tokens) _start;

    // The cause of what AgreeCollective returned; known to rank 0.
    private SaveCause _asked;

    /// <summary>Updates done.</summary>
    public long Step => _step;

    private StepPlanner Planner => schedule.Planner;

    private RunPosition Position => new(_step, _tokens, _cursor, schedule.State, _recovery.Health);

    /// <summary>Trains from a position to the end of the schedule. Called by all ranks alike.</summary>
    public RunOutcome RunCollective(long startStep, long startTokens, DataCursor startCursor)
    {
        (_step, _tokens, _cursor) = (startStep, startTokens, startCursor);
        _start = (startStep, startTokens);
        try
        {
            return TrainCollective();
        }
        catch (RanksDifferException found)
        {
            _checkpoints.EndCollective();
            _recovery.RollBackCollective(found, _tokens, Newest.Step);
            return EndAttempt();
        }
    }

    /// <summary>Step and tokens that a rollback leads to; zeros for initial weights.</summary>
    private (long Step, long Tokens) Newest => _checkpoints.LastSavedStep > _start.Step
        ? (_checkpoints.LastSavedStep, _checkpoints.LastSavedTokens)
        : _start;

    private RunOutcome TrainCollective()
    {
        var phase = _step == 0 ? (PhaseKind?)null : Planner.Schedule.PhaseAt(_tokens);
        services.Observers.Tell(observer => observer.Started(Progress()));
        while (_tokens < schedule.TotalTokens)
        {
            if (ObeyCollective() is { } ended)
                return EndCollective(ended);
            var begin = services.Saves.TimeLimit.Now();
            TakeParts();
            _trace.Enter(_step + 1);
            services.Heartbeat.EnterStep(_step + 1);
            phase = Announce(phase, Planner.PhaseAfter(_tokens));
            if (Planner.Plan(_step, _tokens, _cursor) is not ({ } plan, var after))
                return EndEarlyCollective();
            var (result, problem) = StepCollective(plan, phase.Value);
            _cursor = after;
            if (problem is { } found)
                return RollBackCollective(found, result);
            var endsPhase = Planner.PhaseAfter(_tokens) != phase;
            if (IsDue(options.Data.EvaluateEvery) || endsPhase)
                EvaluateCollective();
            if (IsDue(options.Evaluation.Every))
                AskTasksCollective();
            services.Saves.TimeLimit.Stepped(begin);
            var isBranchDue = IsBranchDue(phase.Value);
            if (isBranchDue)
                _checkpoints.WantBranch(_step, PlannedBranch(options.Branches!));
            var isLast = _tokens >= schedule.TotalTokens;
            if (isLast && !IsHeldOutFinite)
                return RollBackCollective(RollbackCause.HeldOutLoss, result);
            var due = SaveRule.After(
                options.Checkpoint, _step, _tokens, Planner.TokenBatch, endsPhase, isLast, isBranchDue) ?? _owed;
            // Weights that the next step could not use are no place to go back to: such a save waits until a step is
            // taken.
            var isSpoilt = !result.IsFinite || !IsHeldOutFinite;
            _owed = isSpoilt && (due is SaveCause.Interval or SaveCause.PhaseEnd) ? due : null;
            if (due is { } cause && _owed is null)
                SaveCollective(cause);
        }
        return EndCollective(RunOutcome.Finished);
    }

    /// <summary>
    /// False where the held-out loss of the weights is not finite. The steps that follow are then skipped, and recovery
    /// acts on them; at the end of the run no step follows.
    /// </summary>
    private bool IsHeldOutFinite => _heldOutLoss is not { } loss || double.IsFinite(loss);

    private RunOutcome RollBackCollective(RollbackCause cause, StepResult result)
    {
        // What is being saved is from before.
        _checkpoints.EndCollective();
        _recovery.RollBackCollective(cause, result, Position, Newest, _heldOutLoss);
        return EndAttempt();
    }

    /// <returns>What the step measured, and why the run has to go back; null where it need not.</returns>
    private (StepResult Result, RollbackCause? Problem) StepCollective(StepPlan plan, PhaseKind phase)
    {
        var clock = Stopwatch.StartNew();
        var result = TraceCollective(plan);
        parts.Comparison.RequireSameCollective(_step, result.Hashes);
        _step++;
        _tokens += Planner.TokenBatch;
        schedule.Stepped(result);
        if (!result.IsFinite)
        {
            services.Commands.Tell(Status());
            return (result, _recovery.Skipped(_step, _tokens, result, services.Attempt));
        }
        var report = new StepReport(
            _step, _tokens, result.Loss, plan.LearningRate, Planner.TokenBatch, result.GradientNorm,
            clock.Elapsed.TotalSeconds, result.DataSeconds, phase, services.Attempt, result.Sources)
        {
            Measures = result.Measures,
            ExpertTokens = result.ExpertTokens,
        };
        (_last, _heldOutLoss) = (report, null);
        _records.Measure(report);
        services.Observers.Tell(observer => observer.Stepped(report, Progress()));
        services.Observers.Tell(observer => observer.Arrived(result.Arrivals));
        FindDeadExperts(result);
        services.Commands.Tell(Status());
        return (result, _recovery.Stepped(result.Loss, Planner.TokenBatch));
    }

    private void FindDeadExperts(StepResult result)
    {
        foreach (var (layer, expert) in _idleness.Add(result.ExpertTokens))
        {
            _records.Decide("dead-expert", _step, _tokens, ("layer", layer), ("expert", expert));
            services.Observers.Tell(observer => observer.ExpertDied(_step, layer, expert));
        }
    }

    private StepResult TraceCollective(StepPlan plan)
    {
        using var span = _trace.Measure("step");
        using var activity = RunActivities.Start("step", _step + 1);
        var end = _tokens + Planner.TokenBatch;
        var compare = options.Recovery.CompareEvery?.IsCrossed(_step + 1, end, Planner.TokenBatch);
        return parts.Step.RunCollective(plan, compare == true);
    }

    /// <summary>The ranks must agree about the parameters before anything is saved.</summary>
    private void SaveCollective(SaveCause cause)
    {
        if (options.Recovery.CompareEvery is not null)
            parts.Comparison.RequireSameCollective(_step);
        _checkpoints.SaveCollective(Position, cause);
    }

    /// <summary>
    /// Does what happens between two steps: the changes that the schedule makes by itself, then what the journal and
    /// commands say, until nothing is left to do and the run is not paused.
    /// </summary>
    /// <returns>How the run ends here; null where it goes on.</returns>
    private RunOutcome? ObeyCollective()
    {
        var before = Planner.PhaseAfter(_tokens);
        if (schedule.Adapt(_tokens) is var (outcome, cause))
            _records.Decide("batch-size", _step, _tokens, ("outcome", outcome), ("cause", cause));
        while (true)
        {
            _checkpoints.PollCollective();
            var (word, request, decided) = AgreeCollective();
            switch (word)
            {
                case ControlWord.None:
                    // The end of a phase that a command has moved here.
                    if (Planner.PhaseAfter(_tokens) != before && _step > 0)
                        EndPhaseCollective();
                    return null;
                case ControlWord.Save:
                    if (request?.Command is RunCommand.Branch branch)
                        _checkpoints.WantBranch(_step, Order(branch, request.Id));
                    SaveCollective(_asked);
                    break;
                case ControlWord.Stop or ControlWord.Suspend or ControlWord.Interrupt:
                    SaveCollective(_asked);
                    return OutcomeOf(word);
                case ControlWord.Change:
                    schedule.Obey(request!, _tokens, decided);
                    services.Commands.Tell(Status());
                    break;
                case ControlWord.Pause or ControlWord.Continue:
                    _isPaused = word == ControlWord.Pause;
                    services.Commands.Tell(Status());
                    break;
                case ControlWord.Wait:
                    // Ranks wait here and not for each other: MPI would wait in a busy loop, for hours.
                    using (_trace.Measure("pause"))
                        CancellationToken.None.WaitHandle.WaitOne(s_pauseRound);
                    break;
            }
        }
    }

    /// <summary>What the end of a phase brings with it, where a command and not the schedule has put it here.</summary>
    private void EndPhaseCollective()
    {
        if (_evaluatedStep != _step)
            EvaluateCollective();
        if (options.Checkpoint.AtPhaseEnds && IsHeldOutFinite)
            SaveCollective(SaveCause.PhaseEnd);
    }

    /// <summary>
    /// Rank 0 alone listens to commands and looks at the clock; the others learn its decision here, at the same step.
    /// The decision is in the journal before anyone acts on it.
    /// </summary>
    private (ControlWord Word, RunRequest? Request, LiveSchedule? Decided) AgreeCollective()
    {
        var (word, request, decided) = services.Commands.Next(_step, _tokens, schedule.Live, _isPaused);
        _asked = SaveCause.Command;
        if (word == ControlWord.None)
            (word, _asked) = services.Saves.Triggers.Ask(_step, _tokens);
        if (word == ControlWord.None && _isPaused)
            word = ControlWord.Wait;
        var (told, command) = CommandChannel.TellCollective(communicator, word, request);
        // Should the spelling say less than what was sent, then rank 0 follows the spelling too.
        return (told, command, command == request ? decided : null);
    }

    private PhaseKind Announce(PhaseKind? before, PhaseKind now)
    {
        if (before != now)
            _records.Decide("phase", _step + 1, _tokens, ("phase", now.ToString()));
        var mixed = Planner.Mix(_cursor, _tokens);
        if (_step == 0 || !ReferenceEquals(mixed, _cursor))
        {
            var mixture = MixtureText.Of(options.Data, mixed.Weights);
            _records.Decide("mixture", _step + 1, _tokens, ("weights", mixture));
            _recovery.Mixed();
        }
        _cursor = mixed;
        return now;
    }

    /// <summary>A source has run out that was to end the run with it.</summary>
    private RunOutcome EndEarlyCollective()
    {
        _records.Decide("data-exhausted", _step, _tokens);
        EvaluateCollective();
        if (!IsHeldOutFinite)
        {
            var last = new StepResult(_last?.Loss ?? double.NaN, _last?.GradientNorm ?? double.NaN, [], 0);
            return RollBackCollective(RollbackCause.HeldOutLoss, last);
        }
        SaveCollective(SaveCause.End);
        return EndCollective(RunOutcome.Exhausted);
    }

    private void EvaluateCollective()
    {
        if (parts.HeldOut.Sequences == 0)
            return;     // no source holds anything out, and the run was told to do without
        using var span = _trace.Measure("evaluation");
        using var activity = RunActivities.Start("evaluation", _step);
        var (losses, measures) = parts.HeldOut.MeasureCollective(communicator);
        var report = new HeldOutReport(
            _step, _tokens, HeldOutEvaluation.Mean(losses), parts.HeldOut.Sequences, services.Attempt, losses)
        {
            Measures = measures,
        };
        (_evaluatedStep, _heldOutLoss) = (_step, report.Loss);
        _records.Measure(report);
        services.Observers.Tell(observer => observer.Evaluated(report));
    }

    /// <summary>Changes no bit of the run; scores of weights that are not finite say nothing.</summary>
    private void AskTasksCollective()
    {
        if (parts.Tasks.IsEmpty || !IsHeldOutFinite)
            return;
        using var span = _trace.Measure("tasks");
        using var activity = RunActivities.Start("tasks", _step);
        var clock = Stopwatch.StartNew();
        var (scores, positions) = parts.Tasks.ScoresCollective(communicator);
        var report = new TaskScoresReport(
            _step, _tokens, services.Attempt, positions, clock.Elapsed.TotalSeconds, scores);
        _records.Measure(report);
        services.Observers.Tell(observer => observer.Scored(report));
    }

    private static RunOutcome OutcomeOf(ControlWord word) => word switch
    {
        ControlWord.Stop => RunOutcome.Stopped,
        ControlWord.Suspend => RunOutcome.Suspended,
        _ => RunOutcome.Interrupted,
    };

    /// <summary>
    /// A branch of the branch schedule begins where the run stands: only before the decay, and after the warmup.
    /// </summary>
    private bool IsBranchDue(PhaseKind phase) =>
        phase == PhaseKind.Stable && options.Branches is { } planned && planned.IsDue(
            _step, _tokens, Planner.TokenBatch);

    private BranchOrder PlannedBranch(BranchScheduleOptions planned) => new(
        BranchScheduleOptions.NameOf(options.Name, _step), planned.Decay, planned.Launch, planned.Ranks,
        BranchOrder.BranchSchedule);

    private BranchOrder Order(RunCommand.Branch branch, string request) => new(
        branch.Name, branch.Decay, branch.Launch, options.Branches?.Ranks ?? 1, request);

    /// <summary>
    /// True when the step just done crossed a multiple of <paramref name="interval"/>, or was the last.
    /// </summary>
    private bool IsDue(Interval? interval) =>
        _tokens >= schedule.TotalTokens || interval?.IsCrossed(_step, _tokens, Planner.TokenBatch) == true;

    /// <summary>The run goes back; what follows begins with the checkpoint.</summary>
    private RunOutcome EndAttempt()
    {
        _records.RequireWritten();
        TakeParts();
        _trace.Finish();
        return RunOutcome.RolledBack;
    }

    private RunOutcome EndCollective(RunOutcome outcome)
    {
        _checkpoints.SaveLastCollective(Position);
        if (outcome is RunOutcome.Finished or RunOutcome.Exhausted)
            _records.Decide(JournalFile.FinishedEvent, _step, _tokens);
        _records.RequireWritten();
        TakeParts();
        _trace.Finish();
        services.Observers.Tell(observer => observer.Ended(outcome));
        return outcome;
    }

    /// <summary>A step ends where the next one begins: evaluation, save and pause after it are parts of it.</summary>
    private void TakeParts()
    {
        if (_trace.Parts?.Take() is not { } spent || _last is null)
            return;
        services.Metrics.Stepped(_step, spent);
        services.Observers.Tell(observer => observer.Spent(spent));
    }

    private long TotalSteps => schedule.Live.StepsAfter(_tokens) is { } left ? _step + left : 0;

    private RunProgress Progress() => new(
        options.Name, _step, TotalSteps, _tokens, schedule.Live.EndAfter(_tokens)?.Tokens ?? 0,
        communicator.WorldSize, services.Attempt);

    private RunStatus Status() => new(
        options.Name, _step, TotalSteps, _tokens, _last?.Loss ?? 0, _last?.LearningRate ?? 0, _last?.TokenBatch ?? 0,
        _last?.Phase ?? Planner.PhaseAfter(_tokens), _last is null ? 0 : _last.TokenBatch / _last.Seconds,
        communicator.WorldSize, _checkpoints.LastSavedStep)
    {
        Schedule = schedule.Live,
        IsPaused = _isPaused,
        Sources = _last?.Sources ?? [],
    };
}
