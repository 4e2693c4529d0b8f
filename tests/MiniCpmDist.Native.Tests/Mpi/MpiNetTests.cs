using System.Runtime.InteropServices;
using MiniCpmDist.Native.TorchExt;
using static MPI.Unsafe;

namespace MiniCpmDist.Native.Tests.Mpi;

/// <summary>
/// MPI.NET calls our library in place of msmpi.dll. Its answers are the same over Open MPI and over MPICH.
/// </summary>
[Collection(nameof(OneMpiWorld))]
public sealed class MpiNetTests
{
    private readonly MPI.Intracommunicator _world;

    public MpiNetTests(OneMpiWorld.Fixture fixture)
    {
        _ = fixture;
        _world = MPI.Communicator.world;
    }

    [Fact]
    public void Objects_are_refused_because_only_raw_buffers_go_through_MPI()
    {
        var refusal = Assert.Throws<NotSupportedException>(() => _world.Send("a text", 0, 0));
        Assert.Equal(
            "Expected numbers or raw buffers for MPI, found System.String. Turn it into bytes first, and send those.",
            refusal.Message);
        Assert.Throws<NotSupportedException>(() => MPI.Communicator.self.Send("a text", 0, 0));
    }

    [Fact]
    public void A_message_from_anybody_with_any_tag_says_from_whom_it_was_and_how_long()
    {
        var memory = Marshal.AllocHGlobal(64);
        try
        {
            var all = NativeSpan.Of<float>(memory, 16);
            all.Clear();
            all[0] = 1.5f;
            Succeeds(MPI_Irecv(
                memory + 32, 8, MPI_FLOAT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, out var request));
            Succeeds(MPI_Send(memory, 3, MPI_FLOAT, 0, 7, MPI_COMM_WORLD));
            Succeeds(MPI_Wait(ref request, out var status));
            Succeeds(MPI_Get_count(ref status, MPI_FLOAT, out var count));
            Succeeds(MPI_Test_cancelled(ref status, out var cancelled));

            Assert.Equal((0, 7, 3, 0), (status.MPI_SOURCE, status.MPI_TAG, count, cancelled));
            Assert.Equal((1.5f, MPI_REQUEST_NULL), (all[8], request));
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    [Fact]
    public void A_message_to_nobody_comes_from_nobody()
    {
        Succeeds(MPI_Sendrecv(
            0, 0, MPI_BYTE, MPI_PROC_NULL, 0, 0, 0, MPI_BYTE, MPI_PROC_NULL, 0, MPI_COMM_WORLD, out var status));
        Assert.Equal(MPI_PROC_NULL, status.MPI_SOURCE);
    }

    /// <summary>The class of an error decides its type; the classes of Open MPI have other numbers.</summary>
    [Fact]
    public void Errors_have_the_class_that_MPI_NET_knows_them_by()
    {
        Assert.Equal(MPI_ERR_COMM, ClassOf(MPI_Barrier(MPI_COMM_NULL)));
        Assert.Equal(MPI_ERR_ROOT, ClassOf(MPI_Bcast(0, 0, MPI_BYTE, 5, MPI_COMM_WORLD)));
        Assert.Equal(MPI_ERR_RANK, ClassOf(MPI_Send(0, 0, MPI_BYTE, 5, 0, MPI_COMM_WORLD)));
        Assert.Equal(MPI_ERR_OP, ClassOf(MPI_Allreduce(0, 0, 0, MPI_FLOAT, MPI_OP_NULL, MPI_COMM_WORLD)));
        var exception = Assert.IsType<ArgumentException>(
            MPI.Environment.TranslateErrorIntoException(MPI_Send(0, 0, MPI_BYTE, 5, 0, MPI_COMM_WORLD)));
        Assert.Equal("rank", exception.ParamName);
    }

    [Fact]
    public void Freed_handles_are_used_again_so_that_no_number_of_types_fills_the_table()
    {
        for (var i = 0; i < 70_000; i++)
        {
            Succeeds(MPI_Type_contiguous(i + 1, MPI_FLOAT, out var type));
            Succeeds(MPI_Type_size(type, out var bytes));
            Assert.Equal((i + 1) * sizeof(float), bytes);
            Succeeds(MPI_Type_free(ref type));
            Assert.Equal(MPI_DATATYPE_NULL, type);
        }
    }

    [Fact]
    public void Handles_of_several_communicators_are_not_confused()
    {
        using var first = (MPI.Intracommunicator)_world.Split(0, 0);
        using var second = (MPI.Intracommunicator)_world.Clone();

        Assert.Equal(MPI.Comparison.Congruent, first.Compare(second));
        Assert.Equal(MPI.Comparison.Identical, first.Compare(first));
        Assert.Equal((0, 1), (second.Rank, second.Size));
    }

    /// <summary>On Windows a wide character has two bytes and a long has four.</summary>
    [Fact]
    public void Numbers_have_the_sizes_that_they_have_in_C_sharp()
    {
        foreach (var (type, expected) in new[]
            { (MPI_BYTE, 1), (MPI_SHORT, 2), (MPI_INT, 4), (MPI_LONG_LONG, 8), (MPI_FLOAT, 4), (MPI_DOUBLE, 8) })
        {
            Succeeds(MPI_Type_size(type, out var bytes));
            Assert.Equal(expected, bytes);
        }
    }

    private static void Succeeds(int code) => Assert.Equal(MPI_SUCCESS, code);

    private static int ClassOf(int code)
    {
        Assert.Equal(MPI_SUCCESS, MPI_Error_class(code, out var found));
        return found;
    }
}
