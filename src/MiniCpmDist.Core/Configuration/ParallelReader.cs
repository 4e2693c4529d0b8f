using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>parallel</c> section.</summary>
internal static class ParallelReader
{
    public static ParallelOptions Read(YamlSection section)
    {
        var standard = new ParallelOptions();
        var options = new ParallelOptions
        {
            Lanes = section.Whole("lanes", standard.Lanes, 1),
            MicroBatch = section.Whole("micro_batch", standard.MicroBatch, 1),
            ThreadsPerRank = section.Whole("threads_per_rank", standard.ThreadsPerRank, 1),
        };
        var fitting = Enumerable.Range(0, options.Lanes).Select(less => options.Lanes - less).First(LaneTree.Accepts);
        _ = section.IsFaulty("lanes") || section.Require(
            fitting == options.Lanes, "lanes", LaneTree.Expectation, options.Lanes, $"write `lanes: {fitting}`");
        section.Finish();
        return options;
    }
}
