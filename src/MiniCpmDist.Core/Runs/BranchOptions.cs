using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>The configuration of a run that goes on from a checkpoint of another run and decays.</summary>
public static class BranchOptions
{
    /// <summary>
    /// The trunk's options for a branch that gets experts and otherwise goes on as the trunk does, with its learning
    /// rate, its batch and the rest of its schedule.
    /// </summary>
    /// <param name="trunk">As <see cref="From"/> takes it.</param>
    /// <param name="parentRun">As <see cref="From"/> takes it.</param>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="tokens">Sequence positions consumed at the checkpoint.</param>
    /// <param name="name">Name of the branch.</param>
    /// <exception cref="ConfigurationException">
    /// The trunk's schedule is at its end, or the trunk is no pre-training.
    /// </exception>
    public static RunOptions Continue(RunOptions trunk, string parentRun, long step, long tokens, string name)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        var problems = new ProblemCollector();
        RequirePreTraining(problems, trunk, parentRun);
        var schedule = trunk.Schedule;
        problems.Require(
            schedule.StableIsOpen || tokens < schedule.Warmup + schedule.Stable + schedule.Decay, parentRun,
            "a checkpoint after which the trunk's schedule goes on", "its end",
            "name another step, or give the branch a schedule with --stable and --decay");
        problems.ThrowIfAny();
        return Begin(trunk, parentRun, step, name);
    }

    /// <summary>The same options with experts, each of them a copy of the trunk's feed-forward part.</summary>
    /// <exception cref="ConfigurationException">The trunk has experts already.</exception>
    public static RunOptions Upcycle(RunOptions branch, UpcycleOptions upcycle)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(upcycle);
        if (branch.Model.Shape.Experts > 0)
        {
            throw new ConfigurationException([new Problem(
                "--upcycle", "a trunk without experts", $"one with {branch.Model.Shape.Experts}",
                "branch without --upcycle: the branch has the experts of its trunk")]);
        }
        return branch with
        {
            // The preset's name would be that of a model without experts.
            Model = new ModelOptions(null, upcycle.Of(branch.Model.Shape)),
            Parent = branch.Parent! with { Upcycle = upcycle.Moments },
        };
    }

    /// <summary>
    /// Sequences of another length that go through the model at once: as many tokens as before, or one sequence.
    /// </summary>
    public static int MicroBatchOf(RunOptions options, int length)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (int)Math.Max(1, (long)options.Parallel.MicroBatch * options.Data.SequenceLength / length);
    }

    /// <summary>
    /// The same options with longer sequences. As many tokens as before go through the model at once, where a sequence
    /// is not longer than that alone. Phases are tokens and stay where they are.
    /// </summary>
    /// <exception cref="ConfigurationException">The sequences are not longer, or do not fill a step.</exception>
    public static RunOptions Extend(RunOptions branch, ExtendOptions extend)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(extend);
        var (old, length) = (branch.Data.SequenceLength, extend.SequenceLength);
        var micro = MicroBatchOf(branch, length);
        var problems = new ProblemCollector();
        problems.Require(
            length > old, "--extend", $"sequences longer than the trunk's {old} tokens", $"{length}",
            $"for example --extend {8L * old}");
        problems.Require(
            !extend.Untie || branch.Model.Shape.TieWordEmbeddings, "--untie",
            "a trunk whose output matrix is its embedding", "one that has both", "branch without --untie");
        var (batch, unit) = (branch.Schedule.TokenBatch, (long)micro * length);
        var isSaid = extend.Overrides.Any(pair => pair.StartsWith("schedule.token_batch=", StringComparison.Ordinal)
            || pair.StartsWith("parallel.micro_batch=", StringComparison.Ordinal));
        problems.Require(
            isSaid || batch % unit == 0, "--extend", $"steps of whole micro-batches of {micro} x {length} tokens",
            $"the trunk's steps of {batch}",
            $"add such as --set schedule.token_batch={Math.Max(1, batch / unit) * unit}");
        var shape = problems.Try(() => extend.Rope.Of(branch.Model.Shape, old, length));
        problems.ThrowIfAny();
        return branch with
        {
            Model = new ModelOptions(
                // The preset's name would be that of a model with one matrix.
                extend.Untie ? null : branch.Model.Preset,
                extend.Untie ? shape! with { TieWordEmbeddings = false } : shape!),
            Data = branch.Data with { SequenceLength = length },
            Parallel = branch.Parallel with { MicroBatch = micro },
            Parent = branch.Parent! with { Extends = true },
        };
    }

    /// <summary>The trunk's options with a decay that starts at the checkpoint, or a stable phase later.</summary>
    /// <param name="trunk">Of the run to branch from, with the schedule and the mixture that its checkpoint
    /// has.</param>
    /// <param name="parentRun">Its folder, as messages name it.</param>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="tokens">Sequence positions consumed at the checkpoint.</param>
    /// <param name="decay">Length of the decay; a percentage is of the whole branch, from the first token of the
    /// trunk.</param>
    /// <param name="name">Name of the branch.</param>
    /// <param name="stable">Length of a stable phase before the decay; then the checkpoint may be one of a decay,
    /// whose weights go on at the full learning rate (WSD-S, arXiv 2410.05192). Null for a decay from the checkpoint
    /// on.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// The checkpoint is in another phase, or a length is not valid.
    /// </exception>
    public static RunOptions From(
        RunOptions trunk, string parentRun, long step, long tokens, Extent decay, string name, Extent? stable = null)
    {
        var schedule = trunk.Schedule;
        var problems = new ProblemCollector();
        problems.Require(
            schedule.Shape == ScheduleShape.Wsd, parentRun,
            "a run with `schedule.shape: wsd`, which has a stable phase", "`cosine`",
            "branch from a run with a stable phase");
        RequirePreTraining(problems, trunk, parentRun);
        RequirePhase(problems, schedule, $"{parentRun}, step {step}", tokens, mayBeDecayed: stable is not null);
        problems.Require(
            decay.Amount > 0 && decay is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "the decay's length",
            "a length above zero and below 100%", $"`{decay}`", "give such as `80 steps` or `10%`");
        problems.Require(
            stable is null or { Amount: > 0, Unit: not ExtentUnit.Percent }, "the stable phase's length",
            "tokens or steps, above zero", $"`{stable}`", "give such as `500 steps`");
        problems.ThrowIfAny();
        // A decay keeps the batch that it begins with.
        var batches = stable is null ? BatchPlan.None : schedule.Batches;
        BatchStage[] ahead = [.. batches.Stages.Where(stage => stage.From > tokens)];
        var start = tokens + (stable is { } length
            ? new TokenAxis(schedule.TokenBatch, 0).Tokens(length, new StepWalk(tokens, schedule.TokenBatch, ahead))
            : 0);
        var axis = new TokenAxis(
            schedule.TokenBatch, TokenAxis.Total(start, decay.Unit == ExtentUnit.Percent ? decay.Amount : 0));
        return Begin(trunk, parentRun, step, name) with
        {
            Schedule = schedule with
            {
                Stable = start - schedule.Warmup,
                StableIsOpen = false,
                Decay = axis.Tokens(decay, StepWalk.At(start, schedule.TokenBatch, ahead)),
                OpenDecay = null,
                Batches = batches,
            },
        };
    }

    private static RunOptions Begin(RunOptions trunk, string parentRun, long step, string name) => trunk with
    {
        Name = name,
        InitFrom = null,
        Branches = null,
        Coordinator = trunk.Coordinator.ForBranch(),
        Parent = new ParentOptions(parentRun, step),
    };

    private static void RequirePreTraining(ProblemCollector problems, RunOptions trunk, string parentRun) =>
        problems.Require(
            trunk.Alignment.Method == AlignmentMethod.None, parentRun, "a run of pre-training, which has a trunk",
            "a run that aligns a model", "align again from another checkpoint, with another schedule");

    private static void RequirePhase(
        ProblemCollector problems, ScheduleOptions schedule, string where, long tokens, bool mayBeDecayed)
    {
        var stableEnd = schedule.StableIsOpen ? Extent.LongestTokens : schedule.Warmup + schedule.Stable;
        var isStable = tokens <= stableEnd || schedule.Decay == 0;
        problems.Require(
            tokens >= schedule.Warmup && (isStable || mayBeDecayed), where,
            "a checkpoint of the stable phase"
            // In tokens: how many steps that are, only the trunk's batches up to here can say.
            + (schedule.StableIsOpen
                ? $" ({schedule.Warmup} tokens or later)"
                : $" ({schedule.Warmup} to {stableEnd} tokens)"),
            $"one of the {(tokens < schedule.Warmup ? "warmup" : "decay")}, at {tokens} tokens",
            tokens < schedule.Warmup
                ? "name another step"
                : "name another step, or go on at the full learning rate first with --stable");
    }
}
