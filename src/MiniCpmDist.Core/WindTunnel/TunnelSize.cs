using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>A model size of an experiment.</summary>
/// <param name="Name">Part of the names of its runs.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record TunnelSize(string Name, ModelShape Shape);
