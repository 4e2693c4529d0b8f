namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>How far apart one tensor is in two checkpoints.</summary>
/// <param name="Name">Such as <c>model.norm.weight</c>; moments have <c>exp_avg.</c> or <c>exp_avg_sq.</c> in
/// front.</param>
/// <param name="MaxAbsolute">The largest |a - b|; null where only one has the tensor, or the shapes differ.</param>
/// <param name="MaxRelative">The largest |a - b| / max(|a|, |b|); infinite where one is not a number.</param>
/// <param name="Note">What is the matter where there are no numbers; else empty.</param>
public sealed record TensorDifference(string Name, double? MaxAbsolute, double? MaxRelative, string Note = "");
