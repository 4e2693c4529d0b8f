namespace MiniCpmDist.Core.Evaluation;

/// <summary>What the log-probability of an option is divided by before options are compared.</summary>
public enum OptionRule
{
    /// <summary>Nothing: lm-evaluation-harness calls the share of right items <c>acc</c>.</summary>
    Sum,

    /// <summary>Its Unicode code points: <c>acc_norm</c>.</summary>
    Characters,

    /// <summary>Its bytes in UTF-8: <c>acc_bytes</c>.</summary>
    Bytes,

    /// <summary>Its tokens: the mean, which UltraEval takes for HellaSwag.</summary>
    Tokens,
}
