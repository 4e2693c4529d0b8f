namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// The parts of a step as metrics name them. A part puts together spans of a trace that belong together for a reader.
/// </summary>
public static class StepParts
{
    public const string DataWait = "data_wait";
    public const string CheckpointStall = "checkpoint_stall";
    public const string Evaluation = "eval";
    public const string Pause = "pause";

    /// <summary>All parts, in the order of a step.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DataWait, "forward", "backward", "reduction", "comm_exposed", "optimizer", Evaluation, CheckpointStall, Pause,
        PartClock.Other,
    ];

    /// <summary>The spans in which a rank waits for others, or all of them for somebody.</summary>
    public static IEnumerable<string> SharedSpans => [.. MeasuredCommunicator.Operations, "pause"];

    /// <param name="span">Of a trace.</param>
    public static string Of(string span) => span switch
    {
        "data" => DataWait,
        "forward" or "backward" or "reduction" => span,
        "norm" or "optimizer" or "gather" => "optimizer",
        "evaluation" => Evaluation,
        "checkpoint" => CheckpointStall,
        "pause" => Pause,
        _ when MeasuredCommunicator.Operations.Contains(span) => "comm_exposed",
        _ => PartClock.Other,
    };

    /// <summary>Seconds of spans as seconds of parts; all parts are there.</summary>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyDictionary<string, double> spans)
    {
        var parts = All.ToDictionary(part => part, _ => 0.0);
        foreach (var (span, seconds) in spans)
            parts[Of(span)] += seconds;
        return parts;
    }
}
