using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary>How commands that make a run start it.</summary>
internal sealed class LaunchArguments
{
    private readonly Option<string?> _launch;

    private readonly Option<bool> _print = new("--print")
    {
        Description = "With --launch: print what would be started; nothing is made or started.",
    };

    private readonly Option<int> _ranks;

    /// <param name="what">What is started: "branch" or "run".</param>
    public LaunchArguments(string what)
    {
        _launch = new Option<string?>("--launch")
        {
            Description = $"Start the {what}, which goes on when this command has ended: on this host, or with "
                + $"--launch={string.Join(" or --launch=", RunLaunchers.Names.Skip(1))} as a job there.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        _ranks = new Option<int>("--ranks")
        {
            Description = $"World size of a {what} that is started.",
            DefaultValueFactory = _ => 1,
        }.Within(1);
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_launch, _ranks, _print])
            command.Options.Add(option);
    }

    /// <returns>How it is started; null where it is only made.</returns>
    public LaunchedStart? Read(ParseResult line, ProblemCollector problems) => line.GetResult(_launch) is null
        ? null
        : problems.Try(() => new LaunchedStart(
            RunLaunchers.Of(line.GetValue(_launch) ?? RunLaunchers.Local), line.GetValue(_ranks),
            line.GetValue(_print)));
}
