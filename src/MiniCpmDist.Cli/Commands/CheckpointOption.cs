using System.CommandLine;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>--at</c> of the commands that take a checkpoint of a run.</summary>
internal static class CheckpointOption
{
    public static Option<string> Create(string purpose = "to take") => new("--at")
    {
        Description = $"Checkpoint {purpose}: {CheckpointChoice.Expectation}.",
        DefaultValueFactory = _ => CheckpointChoice.Latest,
    };
}
