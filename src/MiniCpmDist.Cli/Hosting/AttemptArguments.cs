using System.CommandLine;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Engine.Training.Saving;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>
/// What <c>train</c> and <c>resume</c> can be told about one attempt; none of it changes the run's bits.
/// </summary>
internal sealed class AttemptArguments
{
    private readonly Option<string?> _maxTime = new("--max-time")
    {
        Description = "End with a checkpoint and exit code 75 before this time is over, such as 2h30m; "
            + "`minicpm resume` goes on. Room is kept for one more step and a checkpoint.",
    };

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "Write where the time of these steps goes, such as 10..12, to trace-rankN.json in the run folder "
            + "(Chrome's trace format); with the first step it includes the start.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_maxTime);
        command.Options.Add(_profile);
    }

    /// <summary>
    /// Reads the arguments and starts the clock. Call it before anything slow; problems go to the collector.
    /// </summary>
    public (TimeLimit? TimeLimit, StepRange? Profile) Read(ParseResult line, ProblemCollector problems)
    {
        TimeLimit? limit = null;
        if (line.GetValue(_maxTime) is { } time && Holds(
            WallTime.TryParse(time, out var duration), "--max-time", WallTime.Expectation, time, "2h30m"))
            limit = new TimeLimit(duration, TimeProvider.System);
        StepRange? steps = null;
        if (line.GetValue(_profile) is { } range && Holds(
            StepRange.TryParse(range, out var parsed), "--profile", StepRange.Expectation, range, "10..12"))
            steps = parsed;
        return (limit, steps);

        bool Holds(bool holds, string option, string expected, string found, string example) =>
            problems.Require(holds, option, expected, $"`{found}`", $"for example {option} {example}");
    }

    /// <summary>
    /// An attempt that does not take these steps would write no trace, and the user would not know why.
    /// </summary>
    public static void RequireSteps(StepRange? profile, long startStep, long? knownLastStep)
    {
        var lastStep = knownLastStep ?? long.MaxValue;
        if (profile is not { } range || (range.First > startStep && range.Last <= lastStep))
            return;
        throw new ConfigurationException([new Problem(
            "--profile", $"steps that will be taken: {new StepRange(startStep + 1, lastStep)}", $"{range}",
            $"for example --profile {new StepRange(startStep + 1, Math.Min(startStep + 3, lastStep))}")]);
    }
}
