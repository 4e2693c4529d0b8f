using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Supervision;

/// <summary>Where ranks can go: this host, or those of a host file that answer.</summary>
/// <param name="hostFile">Read again before each attempt, so that hosts can be added and taken away; null: this
/// host.</param>
/// <param name="wanted">Largest number of ranks; null for as many as fit.</param>
internal sealed class HostPool(string? hostFile, int? wanted)
{
    /// <summary>Hosts of the file that did not answer when last asked.</summary>
    public IReadOnlyList<HostSlots> Silent { get; private set; } = [];

    /// <returns>The largest world that fits; null where there is no room for a single rank.</returns>
    public WorldFit? Fit(IReadOnlyList<int> sizes)
    {
        if (hostFile is null)
            return WorldFit.Of(sizes, wanted ?? Environment.ProcessorCount, null);
        var hosts = HostSlots.ReadFile(InputFile.ReadText(hostFile), hostFile);
        var answering = HostProbe.Answering(hosts);
        Silent = [.. hosts.Except(answering)];
        return WorldFit.Of(sizes, wanted, answering);
    }
}
