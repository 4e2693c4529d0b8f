namespace MiniCpmDist.Engine.Tests.Training;

/// <summary>What a <see cref="Killer"/> kills with.</summary>
internal sealed class KilledException : Exception;
