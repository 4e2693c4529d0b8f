using System.CommandLine.Invocation;
using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Values;

PlainConsole.Install();
StartTimes.Done("start .NET");
return FatalErrors.Guard(() =>
{
    var line = CommandLine.Parse(args);
    var exitCode = line.Invoke(CommandLine.Invocation);
    // A line that cannot be parsed has been explained by now; for the shell it is a user problem like any other.
    // Whoever asks for help has left out what is required, and gets what was asked for.
    return line.Action is ParseErrorAction ? ExitCodes.UserProblem : exitCode;
});
