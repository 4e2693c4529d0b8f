namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// Refuses to turn objects into bytes. MPI.NET's own way is BinaryFormatter, which .NET has no more; and what ranks
/// tell each other is the same bytes in every version of this program, which no serializer's are.
/// </summary>
internal sealed class RawBuffersOnly : MPI.ISerializer
{
    private RawBuffersOnly()
    {
    }

    /// <summary>
    /// Must be called for every communicator. It also keeps MPI.NET from handing objects to a thread of its own, where
    /// an exception ends the process.
    /// </summary>
    public static void Impose(MPI.Communicator communicator)
    {
        communicator.SplitLargeObjects = false;
        communicator.Serialization.Serializer = new RawBuffersOnly();
    }

    public void Serialize<T>(Stream stream, T value) => throw Refusal(typeof(T));

    public T Deserialize<T>(Stream stream) => throw Refusal(typeof(T));

    private static NotSupportedException Refusal(Type type) => new(
        $"Expected numbers or raw buffers for MPI, found {type}. Turn it into bytes first, and send those.");
}
