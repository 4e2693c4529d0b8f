namespace MiniCpmDist.Data.Building;

/// <summary>How far a build is, over all its ranks.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Documents">Documents tokenized in this attempt.</param>
/// <param name="Tokens">Tokens of them.</param>
/// <param name="BytesDone">Bytes of the corpus tokenized, as they lie on disk, those of an earlier attempt included;
/// while packing, bytes of tokenized documents packed.</param>
/// <param name="BytesTotal">What <paramref name="BytesDone"/> comes to in the end.</param>
/// <param name="BytesBefore">Those of <paramref name="BytesDone"/> that an earlier attempt has left.</param>
/// <param name="UnitsDone">Work units that are done.</param>
/// <param name="UnitsTotal">All of them.</param>
/// <param name="UnitsBefore">Those that an earlier attempt has left.</param>
public readonly record struct DataBuildProgress(
    DataBuildStage Stage,
    long Documents,
    long Tokens,
    long BytesDone,
    long BytesTotal,
    long BytesBefore,
    int UnitsDone,
    int UnitsTotal,
    int UnitsBefore);
