namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>How far a rank is with its stage of a save. The numbers travel between ranks.</summary>
internal enum TaskProgress : byte
{
    Busy = 0,
    Done = 1,
    Failed = 2,
}
