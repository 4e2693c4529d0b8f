using System.Diagnostics;

namespace MiniCpmDist.KernelRates;

/// <summary>Several pieces of work in turn, so that what else the machine does falls on all of them.</summary>
internal static class Rounds
{
    /// <summary>Median seconds of each; one round goes before and is not counted.</summary>
    public static double[] Medians(int rounds, params Action[] works)
    {
        var seconds = works.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (i, work) in works.Index())
            {
                var clock = Stopwatch.StartNew();
                work();
                if (round >= 0)
                    seconds[i][round] = clock.Elapsed.TotalSeconds;
            }
        }
        return [.. seconds.Select(all => all.Order().ElementAt(rounds / 2))];
    }
}
