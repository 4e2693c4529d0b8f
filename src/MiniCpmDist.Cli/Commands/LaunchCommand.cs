using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm launch</c>: starts the ranks of a run, watches them, and goes on after failures.</summary>
internal static class LaunchCommand
{
    public static Command Create()
    {
        var ranks = new Option<int?>("-n")
        {
            Description = "Largest number of ranks (default: one for each core here, or all slots of a host file). "
                + "The run takes the largest world that fits parallel.lanes.",
        };
        var hostFile = new Option<string?>("--hostfile")
        {
            Description = "Hosts and their slots, as Open MPI writes them, `node-1 slots=8`, or MPICH, `node-1:8`. The "
                + "file is read again before each attempt; hosts that do not answer are left out.",
        };
        var rest = new FreeArgument<string[]>("train|resume")
        {
            Description = "The command that the ranks run, with its own arguments and options: `minicpm train --help` "
                + "and `minicpm resume --help` list them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("launch", """
            Starts the ranks of a run and keeps it going. After a failure it goes on from the newest checkpoint that is
            whole, on the hosts that are left, with the same bits; `recovery.retries` says how often in a row without a
            new checkpoint. A world in which nothing moves for `recovery.hang_after` is ended and started again; who
            kept it waiting is named: rank, host, step, call. Problems of the user (exit code 2) are not tried again.

            SIGTERM, SIGHUP or Ctrl-C saves a checkpoint and ends with 75, as with `minicpm train`; a second Ctrl-C ends
            at once. Where this process is killed, its ranks save and end by themselves; the next `minicpm launch
            resume` waits for their end. attempts.jsonl in the run folder keeps what happened; a table at the end, and
            `minicpm runs`, say what it has cost.

            Example:
              minicpm launch -n 2 train run.yaml
              minicpm launch --hostfile hosts resume runs/first
            """) { ranks, hostFile, rest };
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            var (file, wanted) = (line.GetValue(hostFile), line.GetValue(ranks));
            problems.Require(
                wanted is null or > 0, "-n", "a number of ranks above zero", $"`{wanted}`", "for example -n 2");
            problems.Require(
                file is null || File.Exists(file), "--hostfile", "a file", $"nothing at {file}",
                "for example --hostfile hosts");
            var run = problems.Try(() => LaunchedRun.Open(line.GetValue(rest) ?? []));
            problems.ThrowIfAny();
            return new Supervisor(run!, new HostPool(file, wanted), Console.Error, TimeProvider.System).Run();
        });
        return command;
    }
}
