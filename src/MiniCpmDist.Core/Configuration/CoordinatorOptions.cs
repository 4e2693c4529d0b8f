namespace MiniCpmDist.Core.Configuration;

/// <summary>The service that passes commands to a run.</summary>
/// <param name="Address">Such as <c>http://head-node:7070</c>; null trains without one.</param>
public sealed record CoordinatorOptions(string? Address);
