using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.ImageChat;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>Answers about pictures.</summary>
public sealed partial class TrainedModel
{
    /// <summary>
    /// Answers the last question of a conversation about pictures. Nothing of the conversation is left out.
    /// </summary>
    /// <param name="template">How the conversation is written.</param>
    /// <param name="conversation">Ends with a question; pictures stand in it as
    /// <see cref="ImageConversation.Mark"/>.</param>
    /// <param name="pictures">In the order of their marks.</param>
    /// <param name="generation">How the answer is picked; the template says where it ends.</param>
    /// <exception cref="ConfigurationException">The model sees nothing, a picture is too long, or all of it takes more
    /// than the model's window.</exception>
    /// <exception cref="SpoiltModelException">The model gives values that are not finite.</exception>
    public IEnumerable<string> AnswerAbout(
        ChatTemplate template, Conversation conversation, IReadOnlyList<RgbImage> pictures,
        GenerationOptions generation)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(generation);
        var (ids, places, plans) = Encode(template, conversation, pictures);
        if (ids.Ids.Length >= Window)
        {
            throw new ConfigurationException([new Problem(
                "the conversation", $"fewer than the {Window} tokens that the model sees, pictures included",
                $"{ids.Ids.Length}", "begin a new conversation, or take smaller pictures")]);
        }
        var parts = pictures.Zip(plans).SelectMany(picture => ImageSlicer.Cut(picture.First, picture.Second));
        return new TextGenerator(_model, _tokenizer, Window, _checkpoint).Continue(
            ids.Ids, generation with { Stops = [.. generation.Stops, template.AnswerEnd] },
            [.. parts.Zip(places).Select(part => new PlacedPart(part.First, part.Second))]);
    }

    /// <summary>Tokens that a conversation takes, pictures included.</summary>
    /// <param name="template">How the conversation is written.</param>
    /// <param name="conversation">As <see cref="AnswerAbout"/> takes it.</param>
    /// <param name="pictures">Likewise.</param>
    /// <exception cref="ConfigurationException">The model sees nothing, or a picture is too long.</exception>
    public int TokensOf(ChatTemplate template, Conversation conversation, IReadOnlyList<RgbImage> pictures) =>
        Encode(template, conversation, pictures).Ids.Ids.Length;

    private (ScoredIds Ids, IReadOnlyList<int> Places, SlicePlan[] Plans) Encode(
        ChatTemplate template, Conversation conversation, IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(pictures);
        var vision = _options.Model.Shape.Vision ?? throw new ConfigurationException([new Problem(
            _checkpoint, "a model with an image encoder", "one of texts alone",
            "name a run of a model such as minicpm-v-tiny")]);
        SlicePlan[] plans = [.. pictures.Select(picture => Plan(vision.Slices, picture.Size))];
        var (ids, places) = new ImageChatEncoder(_tokenizer, vision).Encode(template.Ask(conversation), plans);
        return (ids, places, plans);
    }

    private static SlicePlan Plan(SliceRules rules, PixelSize size) => rules.Accepts(size)
        ? rules.Plan(size)
        : throw new ConfigurationException([new Problem(
            "a picture", $"a longer side of at most {rules.MostAspect} times the shorter", size.ToString(),
            "cut it into several pictures")]);
}
