using System.Text;
using MiniCpmDist.CollectiveRanks;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

// One rank of a world that tests its link: mpirun -n RANKS dotnet MiniCpmDist.CollectiveRanks.dll SCENARIO [ARGUMENT]
//
// Ends with 0 when all was right; 2 for a problem of the user, 3 when the link has failed, 1 for anything else, with a
// message of one line.

using ICommunicator world = MpiLaunch.IsUnderLauncher(Environment.GetEnvironmentVariable)
    ? new MpiCommunicator(MpiWorld.Initialize())
    : new LoopbackCommunicator();
var exitCode = 0;
try
{
    Scenarios.Run(world, args[0], args.ElementAtOrDefault(1));
    Tell(Console.OpenStandardOutput(), $"rank {world.Rank}: right");
}
#pragma warning disable CA1031 // whatever it is, it is told, and the world ends in good order
catch (Exception exception)
#pragma warning restore CA1031
{
    exitCode = exception switch
    {
        ConfigurationException => 2,
        LinkFailedException => 3,
        _ => 1,
    };
    var text = exitCode == 1 ? exception.ToString() : exception.Message;
    Tell(Console.OpenStandardError(), $"rank {world.Rank}: {text.ReplaceLineEndings(" ")}");
}
// No rank ends before all have told what they saw: a launcher that sees one end badly kills the others.
world.BarrierCollective();
return exitCode;

static void Tell(Stream stream, string line)
{
    using (stream)
        stream.Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));
}
