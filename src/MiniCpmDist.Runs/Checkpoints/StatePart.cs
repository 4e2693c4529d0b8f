namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>The flat buffers that a checkpoint keeps.</summary>
public enum StatePart
{
    Parameters = 0,
    FirstMoments = 1,
    SecondMoments = 2,
}
