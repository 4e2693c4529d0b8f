using System.Globalization;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Cli.Display;

/// <summary>A column for what aligned runs measure besides their loss: SFT that of answers, DPO pairs.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Measures">What stands in it, joined by a slash.</param>
/// <param name="Format">Of the numbers.</param>
internal sealed record MeasureColumn(string Name, string[] Measures, string Format)
{
    public static IReadOnlyList<MeasureColumn> All { get; } =
    [
        new("answer loss", ["answer_loss"], "F4"),
        new("margin", ["margin"], "F4"),
        new("accuracy", ["accuracy"], "F3"),
        new("chosen reward", ["chosen_reward"], "F4"),
        new("answer tokens, chosen/rejected", ["chosen_tokens", "rejected_tokens"], "F1"),
    ];

    /// <summary>The numbers of a run; empty where it does not measure them.</summary>
    public string Cell(IReadOnlyList<Measure> found) => string.Join('/', Measures
        .SelectMany(name => found.Where(measure => measure.Name == name))
        .Select(measure => measure.Value.ToString(Format, CultureInfo.InvariantCulture)));
}
