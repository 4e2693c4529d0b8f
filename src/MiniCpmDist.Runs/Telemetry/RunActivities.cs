using System.Diagnostics;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Steps and saves as activities, for whoever listens to a source of this name; nobody does unless a run is told to
/// push traces, and then nothing is made.
/// </summary>
public static class RunActivities
{
    public const string Name = "MiniCpmDist";

    private static readonly ActivitySource s_source = new(Name);

    /// <param name="name">What is begun.</param>
    /// <param name="step">The step that it belongs to.</param>
    /// <returns>Null where nobody listens.</returns>
    public static Activity? Start(string name, long step)
    {
        var activity = s_source.StartActivity(name);
        activity?.SetTag("step", step);
        return activity;
    }
}
