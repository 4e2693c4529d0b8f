namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>Where the parameters of a model lie.</summary>
internal interface IFlatWeights
{
    /// <summary>The parameters from <paramref name="first"/> to <paramref name="last"/>, which are neighbours, as one
    /// matrix; the caller owns the views.</summary>
    FlatWeight Find(string first, string last);
}
