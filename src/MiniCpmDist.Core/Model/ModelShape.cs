namespace MiniCpmDist.Core.Model;

/// <summary>
/// Dimensions and scales of a MiniCPM model (arXiv 2404.06395, section 3 and tables 2, 7 and 8). Everything else about
/// the model follows from them. Defaults are the published scales.
/// </summary>
public sealed record ModelShape
{
    /// <summary>d_m: width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>d_ff: width inside the SwiGLU; 2.5 d_m in the published models.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>L: decoder blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>n_q: query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>n_kv: key-value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>d_h: width of a head; even, because rotary positions turn pairs.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Factor on the embedding's output.</summary>
    public double ScaleEmb { get; init; } = 12;

    /// <summary>Residual branches are multiplied by this over √L.</summary>
    public double ScaleDepth { get; init; } = 1.4;

    /// <summary>d_base: the width at which learning rate and initialisation need no scaling.</summary>
    public int DimModelBase { get; init; } = 256;

    public double RmsNormEps { get; init; } = 1e-5;

    /// <summary>Base of the rotary positions.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>What is done to rotary positions beside their base.</summary>
    public RopeScaling RopeScaling { get; init; } = RopeScaling.None;

    /// <summary>Standard deviation of the initial embedding; hidden matrices divide it by √(d_m / d_base).</summary>
    public double InitStd { get; init; } = 0.1;

    /// <summary>True where the output head is the embedding itself.</summary>
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Feed-forward parts of each block, of which a token takes a few; 0: one part for all tokens.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that each token takes; 0 where there are none.</summary>
    public int ExpertsPerToken { get; init; }

    /// <summary>What the balance loss is multiplied with in training; see <see cref="ExpertBalance"/>.</summary>
    public double BalanceLoss { get; init; }

    /// <summary>What the mean square of the routers' log-normalizers is multiplied with in training.</summary>
    public double RouterZLoss { get; init; }

    /// <summary>What lets the model see pictures; null for a model of texts alone.</summary>
    public VisionShape? Vision { get; init; }

    /// <summary>What the second half of a block computes.</summary>
    public FeedForward FeedForward => Experts > 0
        ? new FeedForward.Experts(Experts, ExpertsPerToken, IntermediateSize)
        : new FeedForward.SwiGlu(IntermediateSize);

    /// <summary>The angles of rotary positions.</summary>
    public Rotary Rotary => new(HeadDim, RopeTheta, RopeScaling);

    /// <summary>d_m / d_base: divides the logits and the learning rate of hidden matrices.</summary>
    public double ScaleWidth => (double)HiddenSize / DimModelBase;

    /// <summary>Factor on what attention and feed-forward add to the residual stream: scale_depth / √L.</summary>
    public double ResidualScale => ScaleDepth / Math.Sqrt(Layers);

    /// <summary>Elements of all parameters.</summary>
    public long Parameters => ParameterSpecs.Sum(spec => spec.Count);

    /// <summary>
    /// Elements of all parameters but embedding and output head; the N of scaling laws. The final norm counts.
    /// </summary>
    public long NonEmbeddingParameters => Parameters - EmbeddingParameters * (TieWordEmbeddings ? 1 : 2);

    /// <summary><see cref="NonEmbeddingParameters"/> without those that a token takes no product with.</summary>
    public long ActiveParameters =>
        NonEmbeddingParameters - VisionParameters - Layers * FeedForward.IdleParameters(HiddenSize);

    /// <summary>Elements of encoder and resampler, which no token passes; 0 for a model of texts alone.</summary>
    public long VisionParameters =>
        ParameterSpecs.Where(spec => spec.Part != ModelPart.Language).Sum(spec => spec.Count);

    /// <summary>All parameters in storage order; q, k and v of a layer are neighbours, gate and up likewise.</summary>
    public IReadOnlyList<ParameterSpec> ParameterSpecs => ParameterList.Of(this);

    /// <summary>As <see cref="ParameterSpecs"/>; the parameters of other parts than these stay as they are.</summary>
    public IReadOnlyList<ParameterSpec> SpecsTraining(IReadOnlyCollection<ModelPart> parts) =>
    [
        .. ParameterSpecs.Select(
            spec => parts.Contains(spec.Part) ? spec : spec with { Group = LearningRateGroup.Frozen }),
    ];

    private long EmbeddingParameters => (long)VocabularySize * HiddenSize;

    /// <summary>
    /// Floating-point operations of forward and backward for one token: 6 for each parameter that takes part in a
    /// product (the output head does, tied or not; the embedding does not) and 12 · L · n_q · d_h · seq for attention,
    /// whose causal half is not subtracted (the convention of PaLM, arXiv 2204.02311, appendix B).
    /// </summary>
    /// <param name="sequenceLength">Tokens in a sequence.</param>
    public double FlopsPerToken(int sequenceLength) =>
        6.0 * (ActiveParameters + EmbeddingParameters)
        + 12.0 * Layers * Heads * HeadDim * sequenceLength;
}
