using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>The loss of texts that the user names, for each run.</summary>
internal static class TextRuns
{
    private const int Columns = 100;

    public static void EvaluateCollective(
        string folder, string at, IReadOnlyList<string> texts, int? stride, bool asJson, ICommunicator communicator)
    {
        using var model = TrainedModel.LoadCollective(folder, at, communicator);
        PassedOverText.Tell(model.PassedOver, model.Step);
        var step = stride ?? Math.Max(1, model.Window / 2);
        if (step > model.Window)
        {
            throw new ConfigurationException([new Problem(
                "--stride", $"1 to {model.Window}, the window of {model.Folder.Name}", $"{step}",
                "name a smaller one: tokens between two windows would be left out")]);
        }
        foreach (var text in texts)
        {
            var display = new WorkDisplay(new Screen(
                Console.Error, !Console.IsErrorRedirected && communicator.WorldSize == 1, Columns));
            var loss = model.Texts.LossCollective(
                text, step, communicator, communicator.Rank > 0 ? null : (done, total) => display.Show(
                    () => $"{model.Folder.Name} {text}: {done} of {total} windows | {display.Eta(done, total)}"));
            if (communicator.Rank == 0)
                Console.WriteLine(asJson ? Json(model, text, loss) : Lines(model, text, loss));
        }
    }

    private static string Json(TrainedModel model, string text, TextLoss loss) => JsonLine.Of(new
    {
        Run = model.Folder.Name,
        model.Step,
        Model = model.Hash,
        Text = text,
        loss.BitsPerByte,
        loss.Nats,
        loss.Tokens,
        loss.Bytes,
        model.Window,
        loss.Stride,
        loss.ByPosition,
    });

    private static string Lines(TrainedModel model, string text, TextLoss loss) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Folder.Name}\tstep {model.Step}\t{text}\t{loss.BitsPerByte:F4} bits/byte"
        + $"\t{loss.Nats / loss.Tokens:F4} nats/token\t{loss.Tokens} tokens\t{loss.Bytes} bytes"
        + $"\twindow {model.Window}\tstride {loss.Stride}")
        + string.Concat(Positions(loss.ByPosition).Select(text => "\n" + text));

    /// <summary>A line for each range of positions.</summary>
    public static IEnumerable<string> Positions(IReadOnlyList<PositionLoss> ranges) => ranges.Select(range =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"    tokens before: {range.From} .. {range.To}\t{range.Loss:F4} nats/token\t{range.Tokens} tokens"));
}
