using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.ImageChat;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Asks runs about pictures and prints how many answers are right.</summary>
internal static class PictureRuns
{
    public static void Evaluate(
        IReadOnlyList<string> folders, string at, string file, ChatTemplate? named, bool isBlank, bool asJson,
        ICommunicator communicator, ProblemCollector problems)
    {
        problems.Require(
            communicator.WorldSize == 1, "--pictures", "one process", $"{communicator.WorldSize} ranks",
            "start minicpm without mpirun");
        problems.ThrowIfAny();
        var samples = ImageChatFiles.Read([file]);
        var display = new WorkDisplay(Screen.FromEnvironment());
        foreach (var folder in folders)
        {
            problems.Try(() =>
            {
                using var model = TrainedModel.LoadCollective(folder, at, communicator);
                PassedOverText.Tell(model.PassedOver, model.Step);
                var template = named ?? model.Template ?? ChatTemplateFile.Find(ChatTemplateFile.Standard)!;
                var evaluation = new PictureEvaluation(model, template, isBlank);
                var scores = evaluation.Run(
                    samples, asked => display.Show(() => $"{model.Folder.Name}: {asked} questions"));
                if (asJson)
                    Console.WriteLine(JsonLine.Of(
                        new
                        {
                            Run = model.Folder.Name,
                            model.Step,
                            Blank = isBlank,
                            evaluation.TooLong,
                            Scores = scores,
                        }));
                else
                    Lines(model, scores, isBlank).ToList().ForEach(Console.WriteLine);
                if (evaluation.TooLong > 0)
                {
                    Console.Error.WriteLine(
                        $"{model.Folder.Name}: {evaluation.TooLong} question(s) were not asked: with their pictures "
                        + $"they take more than the model's {model.Window} tokens");
                }
                return true;
            });
        }
        problems.ThrowIfAny();
    }

    private static IEnumerable<string> Lines(TrainedModel model, IReadOnlyList<PictureScore> scores, bool isBlank)
    {
        yield return $"{model.Folder.Name}\tstep {model.Step}{(isBlank ? "\tgrey pictures" : "")}";
        foreach (var score in scores)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"    {score.Kind}\t{100.0 * score.Right / score.Asked:F1} % of {score.Asked} right"
                + $"\tcommonest answer {100.0 * score.Commonest / score.Asked:F1} %");
        }
    }
}
