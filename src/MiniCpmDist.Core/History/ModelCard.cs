using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.History;

/// <summary>The README of a model folder: what the model is, and how its run came to it.</summary>
/// <param name="Name">Of the run or of the folder that was exported.</param>
/// <param name="Shape">The model.</param>
/// <param name="Positions">Sequence length that it was trained with.</param>
/// <param name="DType">How the weights are stored: <c>float32</c>, <c>bfloat16</c>.</param>
public sealed record ModelCard(string Name, ModelShape Shape, int Positions, string DType)
{
    /// <summary>Updates done; null where it is not known.</summary>
    public long? Step { get; init; }

    /// <summary>The configuration of the run; null for a folder that is no run's.</summary>
    public string? Configuration { get; init; }

    /// <summary>The run's journal up to the step.</summary>
    public IReadOnlyList<JournalEntry> Journal { get; init; } = [];

    /// <summary>The last evaluation up to the step; null where there was none.</summary>
    public HeldOutReport? HeldOut { get; init; }

    public string Write()
    {
        var text = new StringBuilder("---\nlibrary_name: transformers\npipeline_tag: text-generation\n---\n\n");
        Line($"# {Name}");
        Line("");
        Line($"A MiniCPM model (arXiv 2404.06395) with {Whole(Shape.Parameters)} parameters, "
            + $"{Whole(Shape.NonEmbeddingParameters)} of them outside the embedding. Weights are {DType}.");
        Line("");
        Line("| | |");
        Line("|---|---|");
        Line($"| layers | {Shape.Layers} |");
        Line($"| width | {Shape.HiddenSize}, {Shape.IntermediateSize} inside the feed-forward half |");
        if (Shape.Experts > 0)
            Line($"| experts | {Shape.Experts}, of which a token takes {Shape.ExpertsPerToken} |");
        Line($"| heads | {Shape.Heads} of {Shape.HeadDim}, {Shape.KeyValueHeads} for keys and values |");
        Line($"| vocabulary | {Whole(Shape.VocabularySize)}, "
            + $"{(Shape.TieWordEmbeddings ? "head and embedding are one" : "the head is a matrix of its own")} |");
        Line($"| sequence length | {Whole(Positions)} |");
        Line(Invariant(
            $"| scales | embedding {Shape.ScaleEmb}, depth {Shape.ScaleDepth}, width base {Shape.DimModelBase} |"));
        if (Step is { } step)
            Line($"| step | {Whole(step)} |");
        if (HeldOut is { } heldOut)
        {
            Line(Invariant($"| held-out loss | {heldOut.Loss:F4} nats a token at step {heldOut.Step} |"));
            foreach (var loss in heldOut.Sources)
                Line(Invariant($"| {loss.Source} | {loss.Loss:F4} nats a token, {loss.BitsPerByte:F4} bits a byte |"));
        }
        AddHistory(Line);
        return text.ToString();

        void Line(string line) => text.Append(PlainText.Of(line)).Append('\n');
    }

    private void AddHistory(Action<string> line)
    {
        var told = Journal.Select(entry => (entry.Step, Text: JournalText.Of(entry)))
            .Where(entry => entry.Text is not null)
            .ToArray();
        if (told.Length > 0)
        {
            line("");
            line("## History");
            line("");
            foreach (var (step, text) in told)
                line($"- step {step}: {text}");
        }
        if (Configuration is null)
            return;
        line("");
        line("## Configuration of the run");
        line("");
        line("```yaml");
        foreach (var row in Configuration.TrimEnd().Split('\n'))
            line(row);
        line("```");
    }

    private static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
