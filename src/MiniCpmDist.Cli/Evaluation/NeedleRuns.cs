using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Asks the models of runs for what stands far back in made-up documents.</summary>
/// <param name="Options">What is asked.</param>
/// <param name="At">The checkpoint of each run.</param>
/// <param name="Picture">SVG file to write; null for none.</param>
/// <param name="IsJson">Lines of JSON, not tables.</param>
internal sealed record NeedleRuns(NeedleOptions Options, string At, string? Picture, bool IsJson)
{
    private const int Columns = 100;

    public void AskCollective(IReadOnlyList<string> folders, ICommunicator communicator, ProblemCollector problems)
    {
        var grids = new List<(string Name, IReadOnlyList<NeedleCell> Cells)>();
        SpoiltModelException? spoilt = null;
        foreach (var folder in folders)
        {
            // A rank that alone sees a problem must not leave the others waiting.
            if (communicator.WorldSize > 1)
                grids.Add(AskCollective(folder, communicator));
            else
                spoilt = Ask(folder) ?? spoilt;
        }
        if (Picture is not null && grids.Count > 0 && communicator.Rank == 0)
        {
            File.WriteAllText(Picture, SvgNeedleGrid.Render(
                grids, $"{RecallWords.Of(Options.Kind)}: right answers in percent, by depth and tokens"));
        }
        problems.ThrowIfAny();
        if (spoilt is not null)
            throw spoilt;

        // One spoilt model is no reason to ask the others nothing.
        SpoiltModelException? Ask(string folder)
        {
            try
            {
                if (problems.Try(() => AskCollective(folder, communicator)) is { Cells: not null } grid)
                    grids.Add(grid);
                return null;
            }
            catch (SpoiltModelException exception)
            {
                Console.Error.WriteLine(exception.Message);
                return exception;
            }
        }
    }

    private (string Name, IReadOnlyList<NeedleCell> Cells) AskCollective(string folder, ICommunicator communicator)
    {
        using var model = TrainedModel.LoadCollective(folder, At, communicator);
        PassedOverText.Tell(model.PassedOver, model.Step);
        var name = model.Folder.Name;
        var display = new WorkDisplay(new Screen(
            Console.Error, !Console.IsErrorRedirected && communicator.WorldSize == 1, Columns));
        var options = Options.Lengths.Count > 0 ? Options : Options with { Lengths = [model.Window] };
        var cells = model.Needles.AskCollective(options, communicator, communicator.Rank > 0
            ? null
            : (done, total) => display.Show(
                () => $"{name}: {done} of {total} questions | {display.Eta(done, total)}"));
        if (communicator.Rank == 0)
            Tell(model, cells);
        return (name, cells);
    }

    private void Tell(TrainedModel model, IReadOnlyList<NeedleCell> cells)
    {
        var kind = RecallWords.Of(Options.Kind);
        if (IsJson)
        {
            Console.WriteLine(JsonLine.Of(new
            {
                Run = model.Folder.Name,
                model.Step,
                Model = model.Hash,
                Needle = kind,
                Options.Needles,
                Options.Seed,
                model.Window,
                Accuracy = NeedleCell.AccuracyOf(cells),
                Cells = cells,
            }));
            return;
        }
        Console.WriteLine(
            $"{model.Folder.Name}\tstep {model.Step}\t{kind}"
            + $"\t{NeedleText.Percent(NeedleCell.AccuracyOf(cells))} % right"
            + $"\t{Options.Trials} questions a cell\twindow {model.Window}");
        NeedleText.Lines(cells).ToList().ForEach(Console.WriteLine);
    }
}
