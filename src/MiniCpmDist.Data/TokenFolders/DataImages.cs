using MiniCpmDist.Core.Images;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>The pictures of a data folder, as its manifest describes them: cut into parts when the data were
/// built.</summary>
/// <param name="TrainFile">Name of the file with the parts that are trained on.</param>
/// <param name="TrainSha256">Of that file; lower-case hex.</param>
/// <param name="TrainParts">Parts in it.</param>
/// <param name="HeldOutFile">Name of the file with those that are held out.</param>
/// <param name="HeldOutSha256">Of that file; lower-case hex.</param>
/// <param name="HeldOutParts">Parts in it.</param>
/// <param name="Side">Of <see cref="SliceRules"/>.</param>
/// <param name="Patch">Of <see cref="SliceRules"/>.</param>
/// <param name="MostSlices">Of <see cref="SliceRules"/>.</param>
/// <param name="Queries">Positions that the features of a part take.</param>
/// <param name="Layout">How pictures stand in the texts: <c>v2</c> or <c>v2.6</c>.</param>
public sealed record DataImages(
    string TrainFile,
    string TrainSha256,
    long TrainParts,
    string HeldOutFile,
    string HeldOutSha256,
    long HeldOutParts,
    int Side,
    int Patch,
    int MostSlices,
    int Queries,
    string Layout)
{
    /// <summary>How the pictures were cut and written.</summary>
    public string Rules => FormattableString.Invariant(
        $"parts of {Side} x {Side} pixels, patches of {Patch}, {MostSlices} slices, {Queries} features, {Layout}");
}
