namespace MiniCpmDist.Data.Building;

/// <summary>The two halves of a build.</summary>
public enum DataBuildStage
{
    /// <summary>All ranks and threads make ids of texts.</summary>
    Tokenizing,

    /// <summary>Rank 0 fills sequences with them.</summary>
    Packing,
}
