using System.CommandLine;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data</c>: from documents to tokens.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Makes and inspects training data.")
    {
        DataCollectCommand.Create(),
        DataBuildCommand.Create(),
        DataInspectCommand.Create(),
    };
}
