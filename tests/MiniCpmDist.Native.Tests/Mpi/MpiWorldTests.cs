using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;
using MiniCpmDist.Native.Mpi;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Native.Tests.Mpi;

/// <summary>
/// The world of one that MPI makes without a launcher. Larger worlds: Distributed.Tests, with a real mpirun.
/// </summary>
[Collection(nameof(OneMpiWorld))]
public sealed class MpiWorldTests(OneMpiWorld.Fixture fixture)
{
    private readonly MpiWorld _world = fixture.World;

    [Fact]
    public void A_world_without_a_launcher_is_rank_0_of_1()
    {
        Assert.Equal((0, 1), (_world.Rank, _world.WorldSize));
        Assert.Equal((0, 1), (_world.LocalRank, _world.LocalSize));
    }

    [Fact]
    public void MPI_is_started_once_a_process() => Assert.Throws<InvalidOperationException>(MpiWorld.Initialize);

    [Fact]
    public void The_library_names_itself_on_one_line()
    {
        Assert.Contains("MPI", MpiWorld.LibraryVersion, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', MpiWorld.LibraryVersion);
    }

    [Theory]
    [InlineData(1L << 30)]
    [InlineData(3L)]
    public void Collectives_of_one_rank_give_back_what_went_in_whatever_the_piece(long pieceBytes)
    {
        MpiWorld.SetPieceBytes(pieceBytes);
        try
        {
            byte[] bytes = [1, 2, 3, 4, 5, 6, 7];
            var gathered = new byte[bytes.Length];
            _world.BroadcastCollective(bytes, root: 0);
            _world.AllGatherCollective(bytes, gathered);
            _world.BarrierCollective();
            Assert.Equal([1, 2, 3, 4, 5, 6, 7], gathered);
        }
        finally
        {
            MpiWorld.SetPieceBytes(1L << 30);
        }
    }

    [Fact]
    public void Nothing_can_be_broadcast_and_gathered()
    {
        _world.BroadcastCollective([], root: 0);
        _world.AllGatherCollective([], []);
    }

    [Theory]
    [InlineData(1L << 30)]
    [InlineData(5L)]
    public void A_rank_can_exchange_with_itself_in_pieces(long pieceBytes)
    {
        MpiWorld.SetPieceBytes(pieceBytes);
        var memory = Marshal.AllocHGlobal(64);
        try
        {
            var all = NativeSpan.Of<byte>(memory, 64);
            for (var i = 0; i < 64; i++)
                all[i] = (byte)(i < 32 ? i + 1 : 0);
            _world.ExchangeCollective(0, memory, 32, memory + 32, 32);
            Assert.Equal(all[..32].ToArray(), all[32..].ToArray());
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
            MpiWorld.SetPieceBytes(1L << 30);
        }
    }

    [Theory]
    [InlineData(1L << 30)]
    [InlineData(3L)]
    [InlineData(8L)]
    public void The_sum_over_one_rank_is_what_went_in_whatever_the_piece(long pieceBytes)
    {
        MpiWorld.SetPieceBytes(pieceBytes);
        var memory = Marshal.AllocHGlobal(5 * sizeof(float));
        try
        {
            var values = NativeSpan.Of<float>(memory, 5);
            for (var i = 0; i < values.Length; i++)
                values[i] = i + 0.5f;
            _world.AllReduceCollective(memory, values.Length);
            Assert.Equal([0.5f, 1.5f, 2.5f, 3.5f, 4.5f], values.ToArray());
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
            MpiWorld.SetPieceBytes(1L << 30);
        }
    }

    [Fact]
    public void An_error_names_the_call_the_ranks_and_gives_the_words_of_MPI()
    {
        var problem = Assert.Throws<NativeException>(() => _world.ExchangeCollective(0, send: 0, 32, receive: 0, 32));

        Assert.Contains("MPI_Sendrecv with rank 0 on rank 0 of 1", problem.Message, StringComparison.Ordinal);
        Assert.Contains("buffer", problem.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_message_that_is_shorter_than_its_room_is_an_error_after_which_the_world_goes_on()
    {
        var problem = Assert.Throws<NativeException>(() => ExchangeWithMyself(sendBytes: 16, receiveBytes: 32));

        Assert.EndsWith("expected 32 bytes, found 16", problem.Message, StringComparison.Ordinal);
        ExchangeWithMyself(sendBytes: 32, receiveBytes: 32);
    }

    [Fact]
    public void A_rank_outside_the_world_is_refused()
    {
        var problem = Assert.Throws<NativeException>(() => _world.BroadcastCollective(new byte[1], root: 1));
        Assert.Equal("broadcast: expected a root from 0 to 0, found 1", problem.Message);
        problem = Assert.Throws<NativeException>(() => _world.ExchangeCollective(7, 0, 0, 0, 0));
        Assert.Equal("exchange: expected a peer from 0 to 0, found 7", problem.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1L << 30) + 1)]
    public void A_piece_is_one_byte_to_a_gibibyte(long bytes) =>
        Assert.Throws<NativeException>(() => MpiWorld.SetPieceBytes(bytes));

    [Fact]
    public void A_gather_into_the_wrong_room_is_refused() =>
        Assert.Throws<ArgumentException>(() => _world.AllGatherCollective(new byte[4], new byte[5]));

    private void ExchangeWithMyself(long sendBytes, long receiveBytes)
    {
        var memory = Marshal.AllocHGlobal(64);
        try
        {
            _world.ExchangeCollective(0, memory, sendBytes, memory + 32, receiveBytes);
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }
}
