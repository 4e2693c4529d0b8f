namespace MiniCpmDist.Core.History;

/// <summary>Where what runs have done is known.</summary>
public interface IRunHistories
{
    /// <summary>Brings it up to date; called when somebody watches, from any thread.</summary>
    IReadOnlyList<RunWithHistory> Read();
}
