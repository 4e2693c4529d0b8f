namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>The flat buffers that a checkpoint keeps.</summary>
internal enum StatePart
{
    Parameters = 0,
    FirstMoments = 1,
    SecondMoments = 2,
}
