namespace MiniCpmDist.Core.History;

/// <summary>The port through which the histories of runs are read.</summary>
public interface IRunHistories
{
    /// <summary>
    /// Brings the histories up to date and returns them. Called when somebody watches, from any thread.
    /// </summary>
    IReadOnlyList<RunWithHistory> Read();
}
