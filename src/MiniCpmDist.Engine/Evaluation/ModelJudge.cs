using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Generation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>A judge that is a model: a run, or a Hugging Face folder.</summary>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="template">How its conversations are written.</param>
public sealed class ModelJudge(TrainedModel model, ChatTemplate template) : IJudge
{
    private const int MostTokens = 512;

    /// <inheritdoc/>
    public string Identity => model.Hash;

    /// <inheritdoc/>
    public string Judge(JudgeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = new Conversation([new ChatMessage(ChatRole.User, request.Text())]);
        return string.Concat(model.Answer(
            template, asked, new GenerationOptions(Math.Min(MostTokens, model.Window / 4), new TokenSampling(0))));
    }
}
