using MiniCpmDist.Core.DataOrder;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>One source of a run with both of its splits open.</summary>
/// <param name="Options">What the run says of it.</param>
/// <param name="Train">What is trained on.</param>
/// <param name="HeldOut">What is only measured on.</param>
public sealed record SourceData(SourceOptions Options, TokenDataset Train, TokenDataset HeldOut) : IDisposable
{
    public string Name => Options.Name;

    public void Dispose()
    {
        Train.Dispose();
        HeldOut.Dispose();
    }
}
