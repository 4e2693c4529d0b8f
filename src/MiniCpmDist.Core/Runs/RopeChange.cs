using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>What a branch with longer sequences does to its trunk's rotary positions.</summary>
/// <param name="Method">The way.</param>
/// <param name="Number">The base of <see cref="RopeMethod.Abf"/>, or the factor of another method; null for the new
/// length over the old one.</param>
/// <param name="Factors">For <see cref="RopeMethod.LongRope"/> the JSON with its lists.</param>
public sealed record RopeChange(RopeMethod Method, double? Number = null, string? Factors = null)
{
    /// <summary>What may be written.</summary>
    public const string Expectation =
        "`abf:BASE`, `ntk`, `dynamic` or `yarn`, each also with `:FACTOR`, or `longrope:FILE`";

    private const string Option = "--rope";
    private const string Example = "for example --rope abf:1e6, or --rope ntk:4";

    /// <summary>The trunk's positions, as they are.</summary>
    public static RopeChange Same { get; } = new(RopeMethod.Same);

    /// <summary>Reads such as <c>abf:1e6</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="read">Reads a file of factors.</param>
    /// <exception cref="ConfigurationException">It is nothing of the kind.</exception>
    public static RopeChange Parse(string text, Func<string, string> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(read);
        var (name, value) = text.Split(':', 2) is [var left, var right]
            ? (left.Trim(), right.Trim())
            : (text.Trim(), null);
        var number = value is not null && Quantity.TryParse(value, out var parsed) ? parsed : (double?)null;
        var isFactor = value is null || number >= 1;
        return name switch
        {
            "abf" when number > 0 => new RopeChange(RopeMethod.Abf, number),
            "ntk" when isFactor => new RopeChange(RopeMethod.Ntk, number),
            "dynamic" when isFactor => new RopeChange(RopeMethod.Dynamic, number),
            "yarn" when isFactor => new RopeChange(RopeMethod.Yarn, number),
            "longrope" when value is { Length: > 0 } => new RopeChange(RopeMethod.LongRope, Factors: read(value)),
            _ => throw new ConfigurationException([new Problem(Option, Expectation, $"`{text}`", Example)]),
        };
    }

    /// <summary>The trunk's model with these positions.</summary>
    /// <param name="trunk">Its model.</param>
    /// <param name="oldLength">Tokens in a sequence of the trunk.</param>
    /// <param name="newLength">Tokens in a sequence of the branch.</param>
    /// <exception cref="ConfigurationException">The trunk's own positions, or the factors, do not fit.</exception>
    public ModelShape Of(ModelShape trunk, int oldLength, int newLength)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        if (Method == RopeMethod.Same)
            return trunk;
        var kind = Method switch
        {
            RopeMethod.Dynamic => RopeScalingKind.Dynamic,
            RopeMethod.Yarn => RopeScalingKind.Yarn,
            RopeMethod.LongRope => RopeScalingKind.LongRope,
            _ => RopeScalingKind.None,
        };
        var own = trunk.RopeScaling;
        if (own.Kind != RopeScalingKind.None && own.Kind != kind)
        {
            throw new ConfigurationException([new Problem(
                Option, $"the method of the trunk, `{RopeWords.Of(own.Kind)}`, or another trunk",
                $"`{Method.ToString().ToLowerInvariant()}`",
                "extend again in the way of the trunk, or without --rope")]);
        }
        // A second extension in the same way counts from the length before the first.
        var original = own.Kind == kind && own.OriginalLength > 0 ? own.OriginalLength : oldLength;
        var factor = Number ?? (double)newLength / original;
        return Method switch
        {
            RopeMethod.Abf => trunk with { RopeTheta = Number!.Value },
            RopeMethod.Ntk => trunk with { RopeTheta = Rotary.NtkBase(trunk.RopeTheta, factor, trunk.HeadDim) },
            RopeMethod.LongRope => trunk with { RopeScaling = ReadFactors(trunk, original, newLength) },
            _ => trunk with { RopeScaling = own with { Kind = kind, Factor = factor, OriginalLength = original } },
        };
    }

    /// <summary>The lists as <c>rope_scaling</c> of a <c>config.json</c> has them; lengths may be left out.</summary>
    private RopeScaling ReadFactors(ModelShape trunk, int original, int newLength)
    {
        var problems = new ProblemCollector();
        var scaling = RopeScaling.None;
        try
        {
            if (JsonNode.Parse(Factors!) is not JsonObject members)
                throw new JsonException("no object");
            var word = RopeWords.Of(RopeScalingKind.LongRope);
            foreach (var name in RopeConfig.Types)
            {
                var own = members.TryGetPropertyValue(name, out var node) ? node?.ToString() : word;
                problems.Require(
                    own == word, $"{Option}: {name}", $"`{word}`, or no such member", $"`{own}`",
                    "name a file of LongRoPE's factors");
                members[name] = word;
            }
            members.TryAdd("original_max_position_embeddings", original);
            var config = new JsonObject { ["max_position_embeddings"] = newLength, ["rope_scaling"] = members };
            using var document = JsonDocument.Parse(config.ToJsonString());
            scaling = RopeConfig.Read(document.RootElement, trunk.HeadDim, trunk.RopeTheta, problems);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            problems.Add(
                Option, "a JSON object with long_factor and short_factor", exception.Message.TrimEnd('.'),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"write two lists of {trunk.HeadDim / 2} numbers, as rope_scaling of a config.json has them"));
        }
        problems.ThrowIfAny();
        return scaling;
    }
}
