namespace MiniCpmDist.Core.Alignment;

/// <summary>What a run trains for.</summary>
public enum AlignmentMethod
{
    /// <summary>Pre-training: the next token of any text.</summary>
    None,

    /// <summary>Supervised fine-tuning: the answers of conversations.</summary>
    Sft,

    /// <summary>Direct preference optimization: the better of two answers (arXiv 2305.18290).</summary>
    Dpo,
}
