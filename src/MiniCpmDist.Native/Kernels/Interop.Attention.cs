using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Kernels;

internal static partial class Interop
{
    [LibraryImport(Library)]
    internal static partial nint mcd_kernels_instruction_set();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status mcd_kernels_instruction_set_use(string name);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_attention_rotate(
        in AttentionArguments call, nint qkv, nint cos, nint sin, long positions, int back);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_attention_forward(
        in AttentionArguments call, nint qkv, nint output, nint lse);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_attention_backward(
        in AttentionArguments call, nint qkv, nint output, nint lse, nint outputGradients, nint gradients);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_attention_forward_over(
        in AttentionArguments call, nint qkv, nint kv, nint output, nint lse);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_attention_backward_over(
        in AttentionArguments call, nint qkv, nint kv, nint output, nint lse, nint outputGradients, nint gradients,
        nint kvGradients);

    /// <summary><c>mcd_kernels_attention</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AttentionArguments
    {
        public int Heads;
        public int KeyValueHeads;
        public int HeadDim;
        public int Threads;
        public long Rows;
        public long Stride;
        public nint Segments;
        public long SegmentCount;
        public nint Branches;
        public nint KeyRows;
        public nint Earlier;
        public long KeyRowCount;
    }
}
