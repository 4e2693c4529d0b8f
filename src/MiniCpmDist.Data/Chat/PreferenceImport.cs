using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.Chat;

/// <summary>Makes pairs of answers out of UltraFeedback.</summary>
/// <param name="Files">Its files: JSON arrays or JSON lines, packed with gzip or not.</param>
/// <param name="Output">The file of pairs to make; must not exist.</param>
public sealed record PreferenceImport(IReadOnlyList<string> Files, string Output)
{
    private static readonly JsonSerializerOptions s_json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The smallest distance of two mean ratings in a pair.</summary>
    public double LeastMargin { get; init; }

    /// <summary>Take the worst answer as the rejected one, and not one by chance.</summary>
    public bool TakesWorst { get; init; }

    /// <summary>Decides the chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Sources that are left out.</summary>
    public IReadOnlyList<string> WithoutSources { get; init; } = [];

    /// <summary>Use a release whose wrong overall marks were never repaired; the pairs do not depend on them.</summary>
    public bool AcceptsUnrepaired { get; init; }

    /// <summary>Writes the pairs, each with the reason for its choice.</summary>
    /// <returns>What has become of the samples, in words, with their numbers; the pairs first.</returns>
    /// <exception cref="ConfigurationException">Everything that is wrong; no file is made.</exception>
    public IReadOnlyList<(string What, int Count)> Run()
    {
        var (problems, found) = (new ProblemCollector(), new ChatProblems(UltraFeedbackSample.Expected));
        problems.Require(
            !Path.Exists(Output), "--out", "a name that is free", $"`{Output}`, which exists", "choose another");
        var samples = Files
            .SelectMany(file => problems.Try(() => ChatFile.Read(file, UltraFeedbackSample.Read, found)) ?? [])
            .ToList();
        found.AddTo(problems);
        var unrepaired = samples.SelectMany(sample => sample.Answers).Count(answer => answer.IsUnrepaired);
        problems.Require(
            AcceptsUnrepaired || unrepaired == 0, string.Join(", ", Files),
            "a release without answers whose overall mark is 10 and whose aspects are at most 2",
            $"{unrepaired} of them: the first release, in which a 1 became a 10",
            "fetch the newer release, or give --accept-unrepaired: pairs are made from the aspects alone");
        problems.ThrowIfAny();
        var counts = new Dictionary<string, int> { ["pairs"] = 0 };
        using var content = new MemoryStream();
        foreach (var (sample, i) in samples.Select((sample, i) => (sample, i)))
        {
            var reason = Write(content, sample, (ulong)i);
            counts[reason] = counts.GetValueOrDefault(reason) + 1;
        }
        SyncedFile.Write(Path.GetFullPath(Output), content.ToArray());
        return [.. counts.Select(count => (count.Key, count.Value))];
    }

    private string Write(MemoryStream content, UltraFeedbackSample sample, ulong index)
    {
        if (WithoutSources.Contains(sample.Source))
            return $"left out: source {sample.Source}";
        var choice = PairChoice.Of(sample.Answers, LeastMargin, TakesWorst, Seed, index);
        if (choice is not { Chosen: { } chosen, Rejected: { } rejected })
            return $"no pair: {choice.Reason}";
        content.Write(JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                prompt = sample.Instruction,
                chosen = chosen.Text,
                rejected = rejected.Text,
                source = sample.Source,
                reason = choice.Reason,
            },
            s_json));
        content.WriteByte((byte)'\n');
        return "pairs";
    }
}
