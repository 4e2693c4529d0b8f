using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Alignment;

/// <summary>How a run goes on from a trained model; for pre-training all but the method says nothing.</summary>
public sealed record AlignmentOptions
{
    public AlignmentMethod Method { get; init; } = AlignmentMethod.None;

    /// <summary>
    /// Every parameter has the learning rate of the schedule; else matrices divide it by d_m / d_base.
    /// </summary>
    public bool IsFlat { get; init; }

    /// <summary>The adapters that are trained in place of the weights; null where the weights are.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>DPO only: how far the policy may go from the reference; above zero.</summary>
    public double Beta { get; init; } = 0.1;

    public PreferenceRule Rule { get; init; } = PreferenceRule.Sigmoid;

    /// <summary>DPO with <see cref="PreferenceRule.Sigmoid"/>: the share of pairs that are taken to be marked the wrong
    /// way round; from 0, below 0.5.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>DPO only: so much times the mean token loss of the chosen answer is added to a pair's loss.</summary>
    public double SftWeight { get; init; }

    /// <summary>DPO only: log-probabilities are means over an answer's tokens, and not their sums.</summary>
    public bool IsLengthNormalized { get; init; }

    /// <summary>DPO only: held-out prompts that both models answer at the end of the run; 0 for no report.</summary>
    public int ReportPrompts { get; init; } = 16;
}
