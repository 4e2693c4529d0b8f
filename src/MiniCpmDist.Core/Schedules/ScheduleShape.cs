namespace MiniCpmDist.Core.Schedules;

/// <summary>The course of the learning rate over a run.</summary>
public enum ScheduleShape
{
    /// <summary>Warmup, stable, decay (arXiv 2404.06395, section 4).</summary>
    Wsd,

    /// <summary>Warmup, then one half cosine to the end; for comparison.</summary>
    Cosine,
}
