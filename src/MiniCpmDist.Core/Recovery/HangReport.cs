namespace MiniCpmDist.Core.Recovery;

/// <summary>Who keeps a world waiting.</summary>
/// <param name="Ranks">Their last heartbeats; empty where no rank ever said anything.</param>
/// <param name="Text">Rank, host, step, call and for how long, in words.</param>
public sealed record HangReport(IReadOnlyList<RankHeartbeat> Ranks, string Text);
