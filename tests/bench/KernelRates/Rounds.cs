using System.Diagnostics;

namespace MiniCpmDist.KernelRates;

/// <summary>Several pieces of work in turn, so that what else the machine does falls on all of them.</summary>
internal static class Rounds
{
    /// <summary>Seconds of the quickest round of each: other programs only ever add to it.</summary>
    public static double[] Quickest(int rounds, params Action[] works)
    {
        var seconds = works.Select(_ => double.PositiveInfinity).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (i, work) in works.Index())
            {
                var clock = Stopwatch.StartNew();
                work();
                seconds[i] = Math.Min(seconds[i], clock.Elapsed.TotalSeconds);
            }
        }
        return seconds;
    }
}
