using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// Finds out whether all ranks see one folder: rank 0 writes a number into it that nobody can guess, and all ranks read
/// it. Without this check, a host that has a folder of its own under that path would train on until the first resume
/// finds half of a run.
/// </summary>
public static class SharedFolder
{
    private const int HostBytes = 256;
    private const string Prefix = ".seen-by-all-ranks-";

    // A network file system may show a new file late: attributes are cached for seconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Returns when all ranks have seen the folder. Otherwise it throws the same problem on all ranks.
    /// </summary>
    /// <param name="communicator">The world.</param>
    /// <param name="folder">A folder that rank 0 can write; made where it is missing.</param>
    /// <exception cref="ConfigurationException">It names the hosts that do not see it.</exception>
    public static void RequireCollective(ICommunicator communicator, string folder)
    {
        if (communicator.WorldSize == 1)
            return;
        var own = communicator.Rank == 0 ? Leave(folder) : null;
        var number = communicator.BroadcastTextCollective(own)!;
        var path = Path.Combine(folder, Prefix + number);
        var blind = BlindHostsCollective(communicator, Sees(path));
        if (communicator.Rank == 0)
            File.Delete(path);
        if (blind.Count == 0)
            return;
        throw new ConfigurationException([.. blind.Select(host => new Problem(
            folder, "a folder that all ranks see", $"host {host} sees another one, or none",
            "put it on a file system that all hosts share (--runs FOLDER)"))]);
    }

    private static string Leave(string folder)
    {
        var number = Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Prefix + number), number);
        return number;
    }

    private static bool Sees(string path) => SpinWait.SpinUntil(() => File.Exists(path), s_patience);

    /// <summary>Names of the hosts, each once, of ranks that do not see it.</summary>
    private static List<string> BlindHostsCollective(ICommunicator communicator, bool sees)
    {
        var own = new byte[HostBytes];
        var host = Encoding.UTF8.GetBytes(Environment.MachineName);
        if (!sees)
            host.AsSpan(0, Math.Min(host.Length, HostBytes)).CopyTo(own);
        var all = new byte[HostBytes * communicator.WorldSize];
        communicator.AllGatherCollective(own, all);
        return
        [
            .. all.Chunk(HostBytes)
                .Select(name => Encoding.UTF8.GetString(name).TrimEnd('\0'))
                .Where(name => name.Length > 0)
                .Distinct(),
        ];
    }
}
