using System.Globalization;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Training.Saving;
using MiniCpmDist.Engine.Training.Steering;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Recovery;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Engine.Training.Recovery;

/// <summary>
/// What a run does about steps whose numbers cannot be used, and about ranks that differ: skip, go back, or give up.
/// All ranks have seen the same; rank 0 knows from the journal what has been tried.
/// </summary>
/// <param name="options">The run's section <c>recovery</c>.</param>
/// <param name="communicator">The world.</param>
/// <param name="data">What the run reads.</param>
/// <param name="records">The journal.</param>
/// <param name="observers">Who watches.</param>
/// <param name="health">Of the run where this attempt begins.</param>
internal sealed class RunRecovery(
    RecoveryOptions options,
    ICommunicator communicator,
    RunData data,
    IRunRecords records,
    StepObservers observers,
    RunHealth health)
{
    /// <summary>The health that a checkpoint keeps.</summary>
    public RunHealth Health { get; private set; } = health;

    /// <summary>Called when the data have another mixture from here on.</summary>
    public void Mixed() => Health = Health.Mixed();

    /// <summary>Called after a step was taken.</summary>
    /// <returns>Why the run has to go back; null where it need not.</returns>
    public RollbackCause? Stepped(double loss, long tokenBatch)
    {
        (Health, var cause) = Health.Measured(loss, tokenBatch, options);
        return cause;
    }

    /// <summary>Called after a step was skipped.</summary>
    /// <returns>Why the run has to go back; null where it need not.</returns>
    public RollbackCause? Skipped(long step, long tokens, StepResult result, int attempt)
    {
        records.Decide(
            RunRecords.SkippedEvent, step, tokens, ("loss", Text(result.Loss)),
            ("gradient_norm", Text(result.GradientNorm)), (RunRecords.Attempt, attempt));
        observers.Tell(observer => observer.Skipped(step, result.Loss, result.GradientNorm));
        (Health, var cause) = Health.Skip(options);
        return cause;
    }

    /// <summary>Called when ranks differ; nothing is wrong with the data.</summary>
    /// <exception cref="RanksDifferException">Going back has not helped.</exception>
    public void RollBackCollective(RanksDifferException found, long tokens, long toStep)
    {
        records.Decide(
            "ranks-differ", found.Step, tokens,
            ("ranks", found.Named), ("hashes", found.Hashes), ("hosts", found.Hosts));
        if (!MayCollective(RollbackCause.RanksDiffer, toStep, out _))
            throw found;
        RollBack(
            new RollbackReport(RollbackCause.RanksDiffer, $"other parameters on {found.Named}", found.Step, toStep, 0),
            tokens, cursor: null);
    }

    /// <summary>Called when a step's numbers cannot be used: the data since the checkpoint are passed over.</summary>
    /// <param name="cause">What was found.</param>
    /// <param name="result">The step's.</param>
    /// <param name="at">The position of the run after that step.</param>
    /// <param name="to">Step and tokens of the checkpoint.</param>
    /// <param name="heldOut">Newest held-out loss of these weights; null where there is none.</param>
    /// <exception cref="DivergedException">Going back has not helped.</exception>
    public void RollBackCollective(
        RollbackCause cause, StepResult result, RunPosition at, (long Step, long Tokens) to, double? heldOut = null)
    {
        if (!MayCollective(cause, to.Step, out var tried))
        {
            observers.Tell(observer => observer.Diverged(at.Step, result.Loss, result.GradientNorm));
            throw new DivergedException(at.Step, result.Loss, result.GradientNorm, heldOut, tried, to.Step);
        }
        var found = cause switch
        {
            RollbackCause.Spike => $"a loss of {Text(result.Loss)}, far above the last ones",
            RollbackCause.HeldOutLoss => $"a held-out loss of {Text(heldOut ?? double.NaN)}",
            _ => $"{Health.Skipped} steps in a row without finite numbers",
        };
        RollBack(
            new RollbackReport(cause, found, at.Step, to.Step, (at.Tokens - to.Tokens) / data.SequenceLength),
            at.Tokens, RunCursor.Write(at.Cursor, data));
    }

    /// <summary>Rank 0 knows from the journal how often the run has come back there.</summary>
    private bool MayCollective(RollbackCause cause, long toStep, out int tried)
    {
        tried = records.Rollbacks.CountAt(toStep, cause);
        var own = tried < options.Rollbacks ? ControlWord.RollBack : ControlWord.GiveUp;
        return CommandChannel.TellCollective(communicator, own, request: null).Word == ControlWord.RollBack;
    }

    private void RollBack(RollbackReport report, long tokens, string? cursor)
    {
        records.Decide(
            RunRollbacks.RolledBackEvent, report.FromStep, tokens,
            RunRollbacks.Details(report.Cause, report.ToStep, report.Sequences, cursor));
        observers.Tell(observer => observer.RolledBack(report));
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
