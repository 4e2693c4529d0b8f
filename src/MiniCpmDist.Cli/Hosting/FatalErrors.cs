using System.Text;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Training.Steps;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// Turns what went wrong into one readable message and an exit code (<see cref="ExitCodes"/>). In a world of several
/// ranks it also ends the other ranks, which may be waiting for this one.
/// </summary>
internal static class FatalErrors
{
    /// <summary>
    /// How long another rank holds its message back: a problem that all ranks see is reported once, by rank 0, which
    /// ends the world before this time is over; a problem of one rank alone is reported by that rank.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public static int Guard(Func<int> run)
    {
        try
        {
            var exitCode = run();
            RankWorld.LeaveCollective();
            return exitCode;
        }
        catch (Exception exception)
        {
            return Report(exception);
        }
    }

    /// <summary>Prints the message and, in a world of ranks, ends all of them.</summary>
    private static int Report(Exception thrown)
    {
        // What several threads do at once fails with a list; its first entry is what there is to say.
        var exception = thrown is AggregateException { InnerExceptions: [var first, ..] } ? first : thrown;
        var exitCode = exception switch
        {
            ConfigurationException or RunControlException { Failure: RunControlFailure.Refused } =>
                ExitCodes.UserProblem,
            DivergedException or SpoiltModelException or RanksDifferException or FencedException => ExitCodes.Hopeless,
            _ => ExitCodes.Failure,
        };
        var world = RankWorld.Current;
        if (world is null || world.WorldSize == 1)
        {
            Tell($"minicpm: error: {Explain(exception)}");
            return exitCode;
        }
        if (world.Rank != 0)
            new ManualResetEventSlim().Wait(s_patience);
        Tell($"minicpm: error: rank {world.Rank}: {Explain(exception)}");
        world.Abort(exitCode);
        return exitCode;
    }

    /// <summary>Further lines are indented: launch/mpirun knows by that what belongs to the first cause.</summary>
    /// <remarks>
    /// This is one write: Console.Error splits at 256 characters, and another rank's writes come in between.
    /// </remarks>
    private static void Tell(string message)
    {
        var text = PlainText.Lines(message.ReplaceLineEndings("\n    ") + "\n");
        using var stream = Console.OpenStandardError();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Explain(Exception exception) => exception switch
    {
        ConfigurationException or DivergedException or SpoiltModelException or RanksDifferException or FencedException
            or RunControlException => exception.Message,
        LinkFailedException => exception.Message,
        IOException or UnauthorizedAccessException => exception.Message,
        _ => NativeOutOfMemoryException.Behind(exception)?.Message ?? exception.ToString(),
    };
}
