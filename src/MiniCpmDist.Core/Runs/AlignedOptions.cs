using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>The configuration of a run that aligns the model of another one.</summary>
public static class AlignedOptions
{
    // What is left of the learning rate after a pre-training's decay (arXiv 2404.06395, section 6.2).
    private const double DecayedRatio = 0.1;
    private const double DpoLearningRate = 1e-5;

    // Adapters start at nothing and take larger rates than weights: usual ones, not the paper's.
    private const double LoraLearningRate = 2e-4;
    private const double LoraDpoLearningRate = 5e-5;
    private const int FewestSteps = 16;
    private const int Evaluations = 10;

    /// <summary>
    /// Options for fine-tuning begin with the learning rate that the parent has decayed to, and decay on; for DPO with
    /// the paper's flat 1e-5, which follows a cosine (arXiv 2404.06395, section 7.1). Adapters have rates of their own.
    /// </summary>
    /// <param name="parent">The options of the run that the weights come from, with the schedule that its checkpoint
    /// has.</param>
    /// <param name="tokens">Sequence positions consumed at that checkpoint.</param>
    /// <param name="alignment">The method.</param>
    /// <param name="name">Of the new run.</param>
    /// <param name="source">Its data.</param>
    /// <param name="sequences">Sequences to train on.</param>
    /// <param name="sequenceLength">Tokens in each.</param>
    /// <param name="epochs">How often they are read.</param>
    /// <param name="holdsOut">Whether the data hold something out.</param>
    public static RunOptions From(
        RunOptions parent, long tokens, AlignmentOptions alignment, string name, SourceOptions source, long sequences,
        int sequenceLength, double epochs, bool holdsOut)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(alignment);
        var isDpo = alignment.Method == AlignmentMethod.Dpo;
        var unit = (long)sequenceLength * parent.Parallel.MicroBatch;
        var wanted = epochs * sequences * sequenceLength;
        var batch = TokenBatch(parent.Schedule.TokenBatch, unit, sequences * sequenceLength);
        var total = Math.Max(1, (long)Math.Round(wanted / batch)) * batch;
        var part = Interval.OfTokens(Math.Max(batch, total / Evaluations));
        return parent with
        {
            Name = name,
            Alignment = alignment,
            InitFrom = null,
            Parent = null,
            Branches = null,
            // It was made for a run of far more tokens; a run of alignment is asked with `eval`, or with --set.
            Evaluation = new EvaluationOptions(),
            Coordinator = parent.Coordinator.ForBranch(),
            Checkpoint = parent.Checkpoint with { Every = part },
            Data = parent.Data with
            {
                Sources = [source],
                SequenceLength = sequenceLength,
                EvaluateEvery = holdsOut ? part : null,
            },
            Schedule = new ScheduleOptions
            {
                Shape = isDpo ? ScheduleShape.Cosine : ScheduleShape.Wsd,
                LearningRate = (isDpo, alignment.Lora is not null) switch
                {
                    (true, false) => DpoLearningRate,
                    (true, true) => LoraDpoLearningRate,
                    (false, true) => LoraLearningRate,
                    _ => DecayedRate(parent.Schedule, tokens),
                },
                Decay = total,
                DecayShape = isDpo ? DecayShape.Cosine : DecayShape.Exponential,
                FinalRatio = isDpo ? 0 : DecayedRatio,
                TokenBatch = batch,
            },
        };
    }

    /// <summary>
    /// The learning rate at the checkpoint; of one whose run has not decayed yet, a tenth of the stable one.
    /// </summary>
    private static double DecayedRate(ScheduleOptions parent, long tokens) => Math.Min(
        LearningRateSchedule.From(parent).At(Math.Max(1, tokens)), DecayedRatio * parent.LearningRate);

    /// <summary>The parent's batch, or less where an epoch would have very few steps.</summary>
    private static long TokenBatch(long parent, long unit, long epoch) =>
        Math.Max(1, Math.Min(parent, epoch / FewestSteps) / unit) * unit;
}
