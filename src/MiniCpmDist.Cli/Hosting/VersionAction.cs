using System.CommandLine;
using System.CommandLine.Invocation;
using MiniCpmDist.Cli.Display;

namespace MiniCpmDist.Cli.Hosting;

/// <summary><c>minicpm --version</c>: the tool and the libraries that it stands on.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        foreach (var line in ProductVersion.Lines)
            parseResult.InvocationConfiguration.Output.WriteLine(line);
        return 0;
    }
}
