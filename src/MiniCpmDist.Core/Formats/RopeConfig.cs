using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Formats;

/// <summary>The member <c>rope_scaling</c> of a <c>config.json</c>.</summary>
internal static class RopeConfig
{
    public const string Key = "rope_scaling";
    public const string Positions = "max_position_embeddings";

    /// <summary>The longest sequence, which MiniCPM-2B-128k gives beside the length before it was extended.</summary>
    public const string Longest = "max_length";

    // What the class takes where the file does not say how long sequences were.
    private const int ClassPositions = 2048;
    private const string OriginalPositions = "original_max_position_embeddings";
    private const string Type = "type";

    // Newer configurations have this name, older ones that above.
    private const string RopeType = "rope_type";

    /// <summary>The members that name the method; the first that is there counts.</summary>
    public static IReadOnlyList<string> Types { get; } = [RopeType, Type];

    private const string Factor = "factor";
    private const string AttentionFactor = "attention_factor";
    private const string BetaFast = "beta_fast";
    private const string BetaSlow = "beta_slow";
    private const string LongFactor = "long_factor";
    private const string ShortFactor = "short_factor";

    // What a configuration says for no scaling.
    private const string Default = "default";

    /// <param name="root">The configuration.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="theta">Base of its angles.</param>
    /// <param name="problems">Takes what cannot be taken.</param>
    public static RopeScaling Read(JsonElement root, int headDim, double theta, ProblemCollector problems)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(Key, out var element)
            || element.ValueKind == JsonValueKind.Null)
            return RopeScaling.None;
        var keys = new ConfigKeys(element, problems, Key + ".");
        var word = keys.Text(RopeType) ?? keys.Text(Type);
        if (word == Default)
            return RopeScaling.None;
        var kinds = RopeWords.All.Where(entry => entry.Word == word && entry.Value != RopeScalingKind.None).ToArray();
        if (kinds.Length == 0)
        {
            problems.Add(
                $"config.json: {Key}",
                $"null, or one whose type is {string.Join(" or ", RopeWords.All.Skip(1).Select(entry => entry.Word))}",
                word is null ? element.GetRawText() : $"the type {word}", "name a model of the published form");
            return RopeScaling.None;
        }
        RequireNoOther(element, problems);
        var top = new ConfigKeys(root, problems);
        var positions = top.Whole(Positions, ClassPositions, int.MaxValue);
        var scaling = new RopeScaling
        {
            Kind = kinds[0].Value,
            OriginalLength = kinds[0].Value == RopeScalingKind.Dynamic
                ? positions
                : keys.Whole(OriginalPositions, top.Whole(OriginalPositions, positions, int.MaxValue), int.MaxValue),
        };
        scaling = scaling with
        {
            // LongRoPE's own models give no factor: it is what their lengths say.
            Factor = keys.Number(
                Factor, scaling.Kind == RopeScalingKind.LongRope
                    ? Math.Max(1, (double)positions / scaling.OriginalLength)
                    : null),
            AttentionFactor = scaling.Kind == RopeScalingKind.Dynamic ? 0 : keys.Factor(AttentionFactor, 0),
        };
        problems.Require(
            scaling.Factor >= 1, $"config.json: {Key}.{Factor}", "a number from 1",
            scaling.Factor.ToString(CultureInfo.InvariantCulture), "name a model of the published form");
        problems.Require(
            scaling.OriginalLength >= 2, $"config.json: {Key}.{OriginalPositions}", "a length from 2",
            scaling.OriginalLength.ToString(CultureInfo.InvariantCulture), "name a model of the published form");
        problems.Require(
            scaling.Kind != RopeScalingKind.Yarn || theta > 1, "config.json: rope_theta", "a base above 1 for yarn",
            theta.ToString(CultureInfo.InvariantCulture), "name a model of the published form");
        return scaling.Kind switch
        {
            RopeScalingKind.Yarn => ReadRamp(scaling, keys, problems),
            RopeScalingKind.LongRope => scaling with
            {
                LongFactors = keys.Numbers(LongFactor, headDim / 2),
                ShortFactors = keys.Numbers(ShortFactor, headDim / 2),
            },
            _ => scaling,
        };
    }

    private static RopeScaling ReadRamp(RopeScaling scaling, ConfigKeys keys, ProblemCollector problems)
    {
        scaling = scaling with
        {
            BetaFast = keys.Number(BetaFast, RopeScaling.StandardBetaFast),
            BetaSlow = keys.Number(BetaSlow, RopeScaling.StandardBetaSlow),
        };
        problems.Require(
            scaling.HasRamp, $"config.json: {Key}.{BetaFast}",
            string.Create(CultureInfo.InvariantCulture, $"more than the {BetaSlow} of {scaling.BetaSlow}"),
            scaling.BetaFast.ToString(CultureInfo.InvariantCulture), "name a model of the published form");
        return scaling;
    }

    /// <summary>Writes how long sequences are.</summary>
    /// <param name="writer">In the object of the configuration.</param>
    /// <param name="scaling">Of the model.</param>
    /// <param name="length">Positions of a sequence that it was trained with.</param>
    public static void WriteLength(Utf8JsonWriter writer, RopeScaling scaling, int length)
    {
        var isDynamic = scaling.Kind == RopeScalingKind.Dynamic;
        // The class scales from this length on, so it is that from before the model was extended.
        writer.WriteNumber(Positions, isDynamic ? scaling.OriginalLength : length);
        if (isDynamic)
            writer.WriteNumber(Longest, length);
    }

    /// <summary>Writes the member, in the object of the configuration.</summary>
    public static void Write(Utf8JsonWriter writer, RopeScaling scaling)
    {
        if (scaling.Kind == RopeScalingKind.None)
        {
            writer.WriteNull(Key);
            return;
        }
        writer.WriteStartObject(Key);
        writer.WriteString(RopeType, RopeWords.Of(scaling.Kind));
        writer.WriteString(Type, RopeWords.Of(scaling.Kind));
        writer.WriteNumber(Factor, scaling.Factor);
        if (scaling.Kind != RopeScalingKind.Dynamic)
            writer.WriteNumber(OriginalPositions, scaling.OriginalLength);
        if (scaling.AttentionFactor > 0)
            writer.WriteNumber(AttentionFactor, scaling.AttentionFactor);
        if (scaling.Kind == RopeScalingKind.Yarn)
        {
            writer.WriteNumber(BetaFast, scaling.BetaFast);
            writer.WriteNumber(BetaSlow, scaling.BetaSlow);
        }
        if (scaling.Kind == RopeScalingKind.LongRope)
        {
            Write(writer, LongFactor, scaling.LongFactors);
            Write(writer, ShortFactor, scaling.ShortFactors);
        }
        writer.WriteEndObject();
    }

    /// <summary>All that decides the angles, on one line.</summary>
    public static string Text(RopeScaling scaling)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            if (scaling.Kind != RopeScalingKind.None)
                writer.WriteNumber(OriginalPositions, scaling.OriginalLength);
            Write(writer, scaling);
            writer.WriteEndObject();
        }
        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.GetRawText();
    }

    private static void RequireNoOther(JsonElement element, ProblemCollector problems)
    {
        string[] known =
        [
            Type, RopeType, Factor, OriginalPositions, AttentionFactor, BetaFast, BetaSlow, LongFactor, ShortFactor,
        ];
        foreach (var other in element.EnumerateObject().Select(member => member.Name).Except(known))
        {
            problems.Add(
                $"config.json: {Key}.{other}", string.Join(", ", known), "a key that changes what the model computes",
                "name a model of the published form");
        }
    }

    private static void Write(Utf8JsonWriter writer, string key, IReadOnlyList<double> factors)
    {
        writer.WriteStartArray(key);
        foreach (var factor in factors)
            writer.WriteNumberValue(factor);
        writer.WriteEndArray();
    }
}
