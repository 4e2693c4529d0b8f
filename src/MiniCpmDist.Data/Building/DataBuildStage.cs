namespace MiniCpmDist.Data.Building;

/// <summary>The two halves of a build.</summary>
public enum DataBuildStage
{
    /// <summary>All ranks and threads turn texts into ids.</summary>
    Tokenizing,

    /// <summary>Rank 0 fills sequences with the ids.</summary>
    Packing,
}
