using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.Chat;

/// <summary>Makes items of samples, and counts those that are dropped.</summary>
internal sealed class ChatItems
{
    private readonly ChatDataOptions _options;
    private readonly ConversationEncoder _encoder;
    private long _samples;
    private long _tooLong;
    private long _equalAnswers;
    private long _otherPrompt;
    private long _quoted;
    private long _answers;
    private long _scoredEnds;

    private ChatItems(ChatDataOptions options, Tokenizer tokenizer) =>
        (_options, _encoder) = (options, new ConversationEncoder(tokenizer));

    /// <summary>The items, in the order of the samples.</summary>
    public IReadOnlyList<ChatItem> Kept { get; private set; } = [];

    /// <summary>Reads and encodes all samples.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with the samples.</exception>
    public static ChatItems Read(ChatDataOptions options, Tokenizer tokenizer)
    {
        var made = new ChatItems(options, tokenizer);
        made.Kept = options.IsPreferences
            ? made.Encode(Samples(options, ChatJson.Preference, ChatJson.PreferenceExpected), made.OfPreference)
            : made.Encode(Samples(options, ChatJson.Conversation, ChatJson.ConversationExpected), made.OfConversation);
        return made;
    }

    /// <summary>The samples of all files.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with them.</exception>
    public static IReadOnlyList<T> Samples<T>(
        ChatDataOptions options, Func<System.Text.Json.JsonElement, T> parse, string expected)
    {
        var (problems, samples) = (new ProblemCollector(), new ChatProblems(expected));
        var found = options.Files
            .SelectMany(file => problems.Try(() => ChatFile.Read(file, parse, samples)) ?? [])
            .ToList();
        samples.AddTo(problems);
        problems.ThrowIfAny();
        return found;
    }

    /// <summary>What has become of the samples.</summary>
    public ChatDataReport Report(long lossTokens, long positions) => new(
        _samples, Kept.Count, _tooLong, _equalAnswers, _otherPrompt, _quoted, _answers, _scoredEnds, lossTokens,
        Kept.Sum(item => (long)item.Positions), positions);

    // Each sample is encoded by itself, so threads may share the work; the order stays that of the samples.
    private List<ChatItem> Encode<T>(IReadOnlyList<T> samples, Func<T, ChatItem?> encode)
    {
        _samples = samples.Count;
        return [.. samples.AsParallel().AsOrdered().Select(encode).OfType<ChatItem>()];
    }

    private ChatItem? OfConversation(Conversation conversation)
    {
        var (encoded, ends) = Encode(conversation, onlyLast: false);
        if (encoded.Positions > _options.SequenceLength)
        {
            Interlocked.Increment(ref _tooLong);
            return null;
        }
        Count(conversation, ends);
        return Item([], [encoded], conversation, conversation.Messages[^1].Text, Answers(conversation));
    }

    private ChatItem? OfPreference(Preference pair)
    {
        var (chosen, ends) = Encode(pair.WithChosen, onlyLast: true);
        var (rejected, otherEnds) = Encode(pair.WithRejected, onlyLast: true);
        if (chosen.Ids.AsSpan().SequenceEqual(rejected.Ids))
        {
            Interlocked.Increment(ref _equalAnswers);
            return null;
        }
        if (!chosen.Prompt.SequenceEqual(rejected.Prompt))
        {
            Interlocked.Increment(ref _otherPrompt);
            return null;
        }
        // The last id of the prompt predicts the first one of each answer, so each has that id for itself.
        var stem = _options.Packing == Packing.Pairs ? chosen.Prompt[..^1].ToArray() : [];
        var item = Item(
            stem, [chosen.From(stem.Length), rejected.From(stem.Length)], pair.Prompt, pair.Chosen,
            [pair.Chosen, pair.Rejected]);
        if (item.Positions > _options.SequenceLength)
        {
            Interlocked.Increment(ref _tooLong);
            return null;
        }
        Count(pair.WithChosen, ends + otherEnds);
        Interlocked.Increment(ref _answers);
        return item;
    }

    private (ScoredIds Ids, int ScoredEnds) Encode(Conversation conversation, bool onlyLast)
    {
        ChatSpan[] spans = [.. _options.Template.Render(conversation, onlyLast)];
        var ends = spans.Where(span => span.IsScored && span.EndOfAnswer > 0).DistinctBy(span => span.EndOfAnswer);
        return (_encoder.Encode(spans), ends.Count());
    }

    private void Count(Conversation conversation, int scoredEnds)
    {
        Interlocked.Add(
            ref _answers,
            _options.IsPreferences ? 1 : conversation.Messages.Count(message => message.Role == ChatRole.Assistant));
        Interlocked.Add(ref _scoredEnds, scoredEnds);
        if (conversation.Messages.Any(message => _options.Template.Quote(message.Text) != message.Text))
            Interlocked.Increment(ref _quoted);
    }

    private ChatItem Item(
        int[] stem, IReadOnlyList<ScoredIds> encoded, Conversation read, string last, IReadOnlyList<string> learned)
    {
        var question = string.Concat(read.Messages.Select(message => message.Text));
        var isHeldOut = HeldOutDraw.IsHeldOut(
            Encoding.UTF8.GetBytes(question), Encoding.UTF8.GetBytes(last), _options.HeldOutFraction);
        long lossBytes = learned.Sum(Encoding.UTF8.GetByteCount);
        return new ChatItem(stem, encoded, Encoding.UTF8.GetByteCount(question), lossBytes, isHeldOut);
    }

    private static IReadOnlyList<string> Answers(Conversation conversation) =>
        [.. conversation.Messages.Where(m => m.Role == ChatRole.Assistant).Select(message => message.Text)];
}
