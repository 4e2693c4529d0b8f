using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Data.Images;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks a model the questions of conversations about pictures, each after the right answers to those before it, and
/// counts the answers that are right word for word. The likeliest token is taken each time.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="template">How conversations are written.</param>
/// <param name="isBlank">Shows grey pictures of the same sizes: what is right then was guessed.</param>
public sealed class PictureEvaluation(TrainedModel model, ChatTemplate template, bool isBlank)
{
    private const byte Grey = 128;
    private const int MostTokens = 96;

    /// <summary>Questions that were not asked: with its pictures the conversation is longer than the model's
    /// window.</summary>
    public int TooLong { get; private set; }

    private const string Other = "questions";

    /// <summary>The scores by kind, in the order in which kinds first come.</summary>
    /// <param name="samples">Each with the folder that its pictures are seen from.</param>
    /// <param name="asked">Told the number of questions so far.</param>
    public IReadOnlyList<PictureScore> Run(
        IReadOnlyList<(string Folder, ImageConversation Sample)> samples, Action<int> asked)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var answers = new List<(string Kind, string Wanted, bool IsRight)>();
        foreach (var (folder, sample) in samples)
        {
            RgbImage[] pictures = [.. sample.Images.Select(name => Picture(Path.Combine(folder, name)))];
            var (messages, question) = (sample.Conversation.Messages, 0);
            for (var i = 0; i < messages.Count; i++)
            {
                if (messages[i].Role != ChatRole.Assistant)
                    continue;
                var asking = new Conversation([.. messages.Take(i)]);
                // Pictures that later questions show are not there yet.
                var shown = asking.Messages.Sum(message => message.Text.Count(c => c == ImageConversation.Mark));
                if (model.TokensOf(template, asking, pictures[..shown]) >= model.Window)
                {
                    TooLong++;
                    question++;
                    continue;
                }
                var answer = string.Concat(model.AnswerAbout(
                    template, asking, pictures[..shown],
                    new GenerationOptions(MostTokens, new TokenSampling(Temperature: 0))));
                var kind = question < sample.Kinds.Count ? sample.Kinds[question] : Other;
                answers.Add((kind, Plain(messages[i].Text), Plain(answer) == Plain(messages[i].Text)));
                question++;
                asked(answers.Count);
            }
        }
        return
        [
            .. answers.GroupBy(answer => answer.Kind).Select(kind => new PictureScore(
                kind.Key, kind.Count(), kind.Count(answer => answer.IsRight),
                kind.CountBy(answer => answer.Wanted).Max(answer => answer.Value))),
        ];
    }

    private RgbImage Picture(string file)
    {
        var image = ImageFile.Read(file);
        if (isBlank)
            image.Pixels.AsSpan().Fill(Grey);
        return image;
    }

    private static string Plain(string text) => text.Trim().TrimEnd('.', '。').ToLowerInvariant();
}
