namespace MiniCpmDist.Core.Runs;

/// <summary>How rank 0 tells what happens in a run.</summary>
public enum LogFormat
{
    /// <summary>As <see cref="Text"/>; which it is elsewhere than on a terminal may change one day.</summary>
    Auto,

    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>A JSON object a line, with time, run, step and rank.</summary>
    Json,
}
