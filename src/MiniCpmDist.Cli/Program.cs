using MiniCpmDist.Cli.Commands;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;

PlainConsole.Install();
StartTimes.Done("start .NET");
return FatalErrors.Guard(() => CommandLine.Invoke(args));
