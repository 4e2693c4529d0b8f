namespace MiniCpmDist.Core.Model;

/// <summary>Neighbouring positions of one document in one stretch of a strand.</summary>
/// <param name="Length">Positions.</param>
/// <param name="First">The first one's place among all positions of the micro-batch.</param>
/// <param name="Earlier">Positions of its document before it, in its sequence: it attends to all of them.</param>
public readonly record struct StrandPiece(int Length, int First, int Earlier);
