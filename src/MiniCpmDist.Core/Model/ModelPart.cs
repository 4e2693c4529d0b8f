namespace MiniCpmDist.Core.Model;

/// <summary>A part of a model that a stage of training moves, or leaves as it is.</summary>
public enum ModelPart
{
    /// <summary>Embedding, blocks, norms and output head.</summary>
    Language,

    /// <summary>The image encoder.</summary>
    Encoder,

    /// <summary>What brings the encoder's positions to the language model.</summary>
    Resampler,
}
