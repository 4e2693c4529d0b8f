namespace MiniCpmDist.Core.Runs;

/// <summary>A number that an objective measures besides its loss.</summary>
/// <param name="Name">Such as <c>margin</c>.</param>
/// <param name="Value">Its mean, with the weights of the loss.</param>
public sealed record Measure(string Name, double Value);
