using System.CommandLine;
using MiniCpmDist.Engine.Runs;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>--at</c> of the commands that take a model out of a run.</summary>
internal static class CheckpointOption
{
    public static Option<string> Create() => new("--at")
    {
        Description = $"Checkpoint to take: {CheckpointChoice.Expectation}.",
        DefaultValueFactory = _ => CheckpointChoice.Latest,
    };
}
