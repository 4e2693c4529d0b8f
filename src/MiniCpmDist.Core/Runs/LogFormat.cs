namespace MiniCpmDist.Core.Runs;

/// <summary>How rank 0 tells what happens in a run.</summary>
public enum LogFormat
{
    /// <summary>The same as <see cref="Text"/>. Away from a terminal, that may change one day.</summary>
    Auto,

    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>A JSON object a line, with time, run, step and rank.</summary>
    Json,
}
