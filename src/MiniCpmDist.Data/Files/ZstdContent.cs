using ZstdSharp;

namespace MiniCpmDist.Data.Files;

/// <summary>
/// The content of a Zstandard file: every frame to its last byte, or an error that says what is wrong with the file.
/// Memory is bounded by the window of a frame, at most 128 MiB; larger ones, of <c>zstd --long=28</c> and up, are
/// refused.
/// </summary>
internal sealed class ZstdContent : ForwardStream
{
    /// <summary>What ends the name of such a file.</summary>
    public const string Ending = ".zst";

    private const int LargestWindow = 27;    // bits
    private const int BufferBytes = 1 << 17;
    private const string Repair = "fetch the file again or leave it out";
    private readonly CountedStream _stored;
    private readonly DecompressionStream _frames;
    private bool _hasContent;

    /// <param name="stored">The file's bytes. The caller disposes of it.</param>
    public ZstdContent(Stream stored)
    {
        _stored = new CountedStream(stored);
        _frames = new DecompressionStream(_stored, BufferBytes, checkEndOfStream: true, leaveOpen: true);
        _frames.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, LargestWindow);
    }

    private static ReadOnlySpan<byte> Magic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>True where a file that begins so is a Zstandard file.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <exception cref="CompressedFileException">The file is damaged, cut short, or no Zstandard file.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = _frames.Read(buffer);
            _hasContent |= count > 0;
            return count > 0 || _hasContent || _stored.Bytes > 0 ? count : throw new CompressedFileException(
                "a Zstandard file, by its name", "an empty file", Repair);
        }
        catch (EndOfStreamException)
        {
            throw new CompressedFileException("a whole file", $"one that is cut short at byte {_stored.Bytes}", Repair);
        }
        catch (ZstdException exception)
        {
            throw Damaged(exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _frames.Dispose();
        base.Dispose(disposing);
    }

    private CompressedFileException Damaged(ZstdException exception) => exception.Code switch
    {
        ZstdSharp.Unsafe.ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge => new(
            "a window of at most 128 MiB", "a larger one",
            "compress it again without --long, or with --long=27 at most"),
        ZstdSharp.Unsafe.ZSTD_ErrorCode.ZSTD_error_prefix_unknown when !_hasContent => new(
            "a Zstandard file, by its name", "other bytes at its beginning",
            "compress it with zstd, or name it without .zst if it is not compressed"),
        ZstdSharp.Unsafe.ZSTD_ErrorCode.ZSTD_error_prefix_unknown => new(
            "a frame of Zstandard, or the end of the file", $"other bytes before byte {_stored.Bytes}", Repair),
        _ => new("a whole file", $"damaged data before byte {_stored.Bytes}", Repair),
    };

    /// <summary>Counts what has been read.</summary>
    private sealed class CountedStream(Stream stream) : ForwardStream
    {
        public long Bytes { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var count = stream.Read(buffer);
            Bytes += count;
            return count;
        }
    }
}
