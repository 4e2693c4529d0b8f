using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Chat;

/// <summary>A rendered conversation as people read it: every scored stretch of tokens stands in brackets.</summary>
/// <param name="Text">What a model reads; what it learns to write stands between 【 and 】.</param>
/// <param name="Tokens">Ids, the begin piece included.</param>
/// <param name="ScoredTokens">Those of them that a model learns.</param>
/// <param name="NeverScored">In words, what no model learns of this conversation.</param>
/// <param name="ScoresAnEnd">Whether a model learns where one of its answers ends.</param>
public sealed record ChatSampleText(
    string Text, int Tokens, int ScoredTokens, IReadOnlyList<string> NeverScored, bool ScoresAnEnd)
{
    /// <summary>Renders the samples of some files, of pairs both answers.</summary>
    /// <exception cref="Core.Problems.ConfigurationException">Everything that is wrong with the samples.</exception>
    public static IReadOnlyList<ChatSampleText> Read(ChatDataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var tokenizer = Tokenizer.Load(options.TokenizerPath);
        IEnumerable<(Conversation Conversation, bool OnlyLast)> read = options.IsPreferences
            ? ChatItems.Samples(options, ChatJson.Preference, ChatJson.PreferenceExpected)
                .SelectMany(pair => new[] { (pair.WithChosen, true), (pair.WithRejected, true) })
            : ChatItems.Samples(options, ChatJson.Conversation, ChatJson.ConversationExpected)
                .Select(conversation => (conversation, false));
        return
        [
            .. read.Select(
                sample => Of(options.Template, tokenizer, sample.Conversation, sample.OnlyLast)),
        ];
    }

    private static ChatSampleText Of(
        ChatTemplate template, Tokenizer tokenizer, Conversation conversation, bool onlyLast)
    {
        ChatSpan[] spans = [.. template.Render(conversation, onlyLast)];
        var encoded = new ConversationEncoder(tokenizer).Encode(spans);
        var text = new StringBuilder();
        for (var start = 0; start < encoded.Ids.Length;)
        {
            var end = start;
            while (end < encoded.Ids.Length && encoded.IsScored[end] == encoded.IsScored[start])
                end++;
            var part = Write(tokenizer, encoded.Ids.AsSpan(start, end - start));
            text.Append(encoded.IsScored[start] ? $"【{part}】" : part);
            start = end;
        }
        return new ChatSampleText(
            text.ToString(), encoded.Ids.Length, encoded.ScoredCount,
            [.. Never(template, conversation, spans, onlyLast)],
            spans.Any(span => span.EndOfAnswer > 0 && span.IsScored));
    }

    private static IEnumerable<string> Never(
        ChatTemplate template, Conversation conversation, ChatSpan[] spans, bool onlyLast)
    {
        var answers = conversation.Messages.Count(message => message.Role == ChatRole.Assistant);
        for (var answer = 1; answer <= answers; answer++)
        {
            if (onlyLast && answer < answers)
                yield return $"answer {answer}: not scored, it belongs to the prompt";
            if (!spans.Any(span => span.EndOfAnswer == answer && span.IsScored))
                yield return $"end of turn after answer {answer}: not scored";
        }
        if (conversation.Messages.Any(message => template.Quote(message.Text) != message.Text))
            yield return "marks of the template in a message: broken by a space";
    }

    // The end and begin pieces have no text, but a reader wants to see them.
    private static string Write(Tokenizer tokenizer, ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        var start = 0;
        for (var i = 0; i <= ids.Length; i++)
        {
            if (i < ids.Length && ids[i] != tokenizer.BosId && ids[i] != tokenizer.EosId)
                continue;
            text.Append(tokenizer.Decode(ids[start..i]));
            if (i < ids.Length)
                text.Append(tokenizer.Piece(ids[i]));
            start = i + 1;
        }
        return text.ToString();
    }
}
