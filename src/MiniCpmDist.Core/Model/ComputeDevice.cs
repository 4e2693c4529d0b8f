namespace MiniCpmDist.Core.Model;

/// <summary>What computes a run.</summary>
public enum ComputeDevice
{
    /// <summary>The host's cores; gradients go over MPI.</summary>
    Cpu,

    /// <summary>A CUDA device for each rank, by its place on the host; gradients go over NCCL.</summary>
    Cuda,
}
