namespace MiniCpmDist.Data.Chat;

/// <summary>What has become of the samples of chat data.</summary>
/// <param name="Samples">That were read.</param>
/// <param name="Packed">That are in the data, to train on or held out.</param>
/// <param name="TooLong">Dropped, because they do not fit into a sequence.</param>
/// <param name="EqualAnswers">Pairs that were dropped, because both answers have the same ids.</param>
/// <param name="OtherPrompt">Pairs that were dropped, because the prompt has other ids before each answer.</param>
/// <param name="Quoted">Samples in which marks of the template were broken by a space.</param>
/// <param name="Answers">Answers in the data.</param>
/// <param name="ScoredEnds">Answers whose end a model learns.</param>
/// <param name="LossTokens">Positions that bear loss.</param>
/// <param name="UsedPositions">Positions that samples take.</param>
/// <param name="Positions">All positions of the sequences.</param>
public sealed record ChatDataReport(
    long Samples, long Packed, long TooLong, long EqualAnswers, long OtherPrompt, long Quoted, long Answers,
    long ScoredEnds, long LossTokens, long UsedPositions, long Positions)
{
    /// <summary>The share of all positions that samples take.</summary>
    public double Efficiency => Positions == 0 ? 0 : (double)UsedPositions / Positions;
}
