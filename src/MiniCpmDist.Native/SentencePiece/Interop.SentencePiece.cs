using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.SentencePiece;

/// <summary>The functions of <c>mcd_sentencepiece.h</c>.</summary>
internal static partial class Interop
{
    private const string Library = "mcd_sentencepiece";

    static Interop() => NativeLibraries.Register(typeof(Interop).Assembly);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status mcd_sentencepiece_processor_load(
        string modelPath, out SafeProcessorHandle processor);

    [LibraryImport(Library)]
    internal static partial int mcd_sentencepiece_processor_free(nint processor);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_processor_describe(
        SafeProcessorHandle processor, out int pieces, out int bos, out int eos, out int unknown);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_processor_encode(
        SafeProcessorHandle processor, ReadOnlySpan<byte> text, long bytes, Span<int> ids, long capacity,
        out long count);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_processor_encode_places(
        SafeProcessorHandle processor, ReadOnlySpan<byte> text, long bytes, Span<int> ids, Span<long> begins,
        long capacity, out long count);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_processor_decode(
        SafeProcessorHandle processor, ReadOnlySpan<int> ids, long count, Span<byte> text, long capacity,
        out long bytes);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_processor_piece(
        SafeProcessorHandle processor, int id, out nint text, out long bytes);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status mcd_sentencepiece_model_train(
        string[] keys, string[] values, int options, ReadOnlySpan<byte> sentences, long bytes,
        out SafeTrainedModelHandle model);

    [LibraryImport(Library)]
    internal static partial Status mcd_sentencepiece_model_data(
        SafeTrainedModelHandle model, out nint data, out long bytes);

    [LibraryImport(Library)]
    internal static partial int mcd_sentencepiece_model_free(nint model);
}
