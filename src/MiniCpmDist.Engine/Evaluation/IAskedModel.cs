namespace MiniCpmDist.Engine.Evaluation;

/// <summary>A model that can be asked the items of tasks.</summary>
public interface IAskedModel
{
    /// <summary>Positions that it was trained with, and sees at most.</summary>
    int Window { get; }

    /// <summary>A scorer of options; the caller owns it.</summary>
    /// <param name="batchTokens">Positions that go through the model together.</param>
    /// <param name="window">Positions that the model sees at most, where not those it was trained with.</param>
    LikelihoodScorer NewScorer(int batchTokens, int? window = null);

    /// <summary>Writes answers; the caller owns it.</summary>
    /// <param name="window">As <see cref="NewScorer"/> takes it.</param>
    PromptAnswerer NewAnswerer(int? window = null);
}
