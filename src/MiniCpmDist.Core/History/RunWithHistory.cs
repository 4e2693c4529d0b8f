namespace MiniCpmDist.Core.History;

/// <summary>A run that can be watched.</summary>
/// <param name="Name">Of the run.</param>
/// <param name="Parent">Name of the run that it branched from; null for a trunk.</param>
/// <param name="ParentStep">The checkpoint that it began with; 0 for a trunk.</param>
/// <param name="History">What it has done.</param>
public sealed record RunWithHistory(string Name, string? Parent, long ParentStep, RunHistory History);
