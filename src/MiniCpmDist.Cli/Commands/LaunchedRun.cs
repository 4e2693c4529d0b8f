using System.CommandLine;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Commands;

/// <summary>Reads the command line that <c>minicpm launch</c> is to keep going.</summary>
internal static class LaunchedRun
{
    /// <param name="arguments">From <c>train</c> or <c>resume</c> on, as they would follow <c>minicpm</c>.</param>
    /// <exception cref="ConfigurationException">The arguments are neither, or their configuration has
    /// problems.</exception>
    public static SupervisedRun Open(string[] arguments)
    {
        if (arguments is not ["train" or "resume", ..])
        {
            throw new ConfigurationException([new Problem(
                "minicpm launch", "train or resume, with what belongs to it", $"`{string.Join(' ', arguments)}`",
                "for example: minicpm launch -n 2 train run.yaml")]);
        }
        var line = CommandLine.Create().Parse(arguments);
        if (line.Errors.Count > 0)
        {
            throw new ConfigurationException([.. line.Errors.Select(error => new Problem(
                $"minicpm launch {arguments[0]}", "a command line that it knows", error.Message,
                $"minicpm {arguments[0]} --help"))]);
        }
        var problems = new ProblemCollector();
        var limit = line.GetValue<string?>(SupervisedRun.MaxTime) is { } text && WallTime.TryParse(text, out var time)
            ? time
            : (TimeSpan?)null;
        if (arguments[0] == "resume")
        {
            var (folder, options) = RunFolder.Open(line.GetValue<string>(ResumeCommand.Folder)!);
            return new SupervisedRun(arguments, isNew: false, folder, options, limit);
        }
        var (configured, path) = TrainCommand.Configure(line, problems);
        RunFolder.RequireFree(problems, path);
        problems.ThrowIfAny();
        return new SupervisedRun(arguments, isNew: true, new RunFolder(path), configured, limit);
    }
}
