using System.CommandLine;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data</c>: from documents to tokens.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", """
        Makes and inspects training data.

        Example:
          minicpm data build --tokenizer tokenizer.model --out data corpus
        """)
    {
        DataCollectCommand.Create(),
        DataDedupCommand.Create(),
        DataFilterCommand.Create(),
        DataBuildCommand.Create(),
        DataAppendCommand.Create(),
        DataInspectCommand.Create(),
        DataPreferencesCommand.Create(),
        DataRecallCommand.Create(),
        DataScenesCommand.Create(),
        DataImagesCommand.Create(),
    };
}
