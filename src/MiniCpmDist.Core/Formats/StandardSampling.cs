namespace MiniCpmDist.Core.Formats;

/// <summary>How a model's text is sampled where nobody says otherwise, here and wherever its folder goes.</summary>
public static class StandardSampling
{
    public const double Temperature = 0.8;
    public const int TopK = 40;
}
