using MiniCpmDist.Native.Loading;
using static MPI.Unsafe;

namespace MiniCpmDist.Native.Mpi;

/// <summary>MPI counts with an int, so what is longer goes out in pieces.</summary>
public sealed partial class MpiWorld
{
    private const long LargestPiece = 1L << 30;
    private const string Exchanging = "exchange";
    // MS-MPI's MPI_IN_PLACE, which MPI.NET does not name.
    private static readonly nint s_inPlace = -1;
    private static long s_pieceBytes = LargestPiece;

    /// <summary>
    /// The largest message MPI sees, the same on all ranks. Tests lower it: pieces then need no gigabytes.
    /// </summary>
    public static void SetPieceBytes(long bytes)
    {
        if (bytes is < 1 or > LargestPiece)
        {
            throw new NativeException(
                $"set the size of pieces: expected 1 byte to 1 GiB, found {bytes}", NativeException.BadArgumentStatus);
        }
        s_pieceBytes = bytes;
    }

    /// <summary>How much of what is left goes out at once; nothing when nothing is left.</summary>
    private static int PieceBytes(long left) => (int)Math.Clamp(left, 0, s_pieceBytes);

    private void ExchangePiece(int peer, nint send, int sendBytes, nint receive, int receiveBytes)
    {
        var code = MPI_Sendrecv(
            sendBytes > 0 ? send : 0, sendBytes, MPI_BYTE, peer, 0, receiveBytes > 0 ? receive : 0, receiveBytes,
            MPI_BYTE, peer, 0, MPI_COMM_WORLD, out var status);
        if (code != 0)
            throw Problem(code, Exchanging, $"MPI_Sendrecv with rank {peer}");
        code = MPI_Get_count(ref status, MPI_BYTE, out var received);
        if (code != 0)
            throw Problem(code, Exchanging, "MPI_Get_count");
        if (received != receiveBytes)
        {
            throw new NativeException(
                $"{Exchanging}: MPI_Sendrecv with rank {peer} on rank {Rank} of {WorldSize}: expected {receiveBytes} "
                + $"bytes, found {received}");
        }
    }

    /// <summary>One piece of every rank's block, laid down one whole block apart.</summary>
    private void GatherPiece(nint send, int bytes, nint receive, long blockBytes)
    {
        Require(MPI_Type_contiguous(bytes, MPI_BYTE, out var piece), "MPI_Type_contiguous");
        Require(Interop.MPI_Type_create_resized(piece, 0, (nint)blockBytes, out var apart), "MPI_Type_create_resized");
        Require(MPI_Type_commit(ref apart), "MPI_Type_commit");
        var code = MPI_Allgather(send, bytes, MPI_BYTE, receive, 1, apart, MPI_COMM_WORLD);
        _ = MPI_Type_free(ref apart);
        _ = MPI_Type_free(ref piece);
        Require(code, "MPI_Allgather");

        void Require(int result, string call)
        {
            if (result != 0)
                throw Problem(result, "gather on all ranks", call);
        }
    }
}
