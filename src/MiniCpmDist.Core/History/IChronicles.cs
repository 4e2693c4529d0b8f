namespace MiniCpmDist.Core.History;

/// <summary>Where what runs have done is known.</summary>
public interface IChronicles
{
    /// <summary>Brings it up to date; called when somebody watches, from any thread.</summary>
    IReadOnlyList<ChronicledRun> Read();
}
