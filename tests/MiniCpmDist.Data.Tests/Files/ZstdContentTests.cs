using System.Text;
using MiniCpmDist.Data.Files;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace MiniCpmDist.Data.Tests.Files;

public sealed class ZstdContentTests
{
    private static readonly byte[] s_text = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 300).Select(line => $"line {line} of a file\n")));

    [Fact]
    public void The_content_of_several_frames_comes_as_one()
    {
        byte[] file = [.. Frame(s_text), .. Frame([]), .. Frame(s_text)];

        Assert.Equal([.. s_text, .. s_text], Read(file));
    }

    [Fact]
    public void A_file_that_is_cut_inside_a_frame_is_refused_wherever_that_is()
    {
        var frame = Frame(s_text);
        for (var length = 1; length < frame.Length; length++)
        {
            var found = Assert.Throws<CompressedFileException>(() => Read([.. frame, .. frame[..length]])).Found;
            Assert.Contains($"byte {frame.Length + length}", found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_changed_bit_of_a_frame_with_a_checksum_changes_its_content_silently()
    {
        var frame = Frame(s_text);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // A bit may turn the frame into one that decoders pass over, or one without a checksum to test.
                var content = Read(damaged);
                Assert.True(content.Length == 0 || content.AsSpan().SequenceEqual(s_text), $"bit {bit}");
            }
            catch (CompressedFileException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Fact]
    public void Other_bytes_behind_a_frame_a_file_of_another_kind_and_an_empty_one_are_refused()
    {
        Assert.Contains("other bytes", Refusal([.. Frame(s_text), .. "rest"u8]).Found, StringComparison.Ordinal);
        Assert.Contains("beginning", Refusal("{\"text\":\"plain\"}"u8.ToArray()).Found, StringComparison.Ordinal);
        Assert.Equal("an empty file", Refusal([]).Found);
    }

    [Fact]
    public void A_window_of_more_than_128_MiB_is_refused_with_what_to_do()
    {
        var refusal = Refusal(Frame(s_text, windowBits: 28));

        Assert.Equal("a window of at most 128 MiB", refusal.Expected);
        Assert.Contains("--long=27", refusal.Fix, StringComparison.Ordinal);
    }

    private static CompressedFileException Refusal(byte[] file) =>
        Assert.Throws<CompressedFileException>(() => Read(file));

    private static byte[] Read(byte[] file)
    {
        using var content = new ZstdContent(new MemoryStream(file));
        using var read = new MemoryStream();
        content.CopyTo(read);
        return read.ToArray();
    }

    private static byte[] Frame(byte[] content, int windowBits = 0)
    {
        using var file = new MemoryStream();
        using (var stream = new CompressionStream(file, leaveOpen: true))
        {
            stream.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            if (windowBits > 0)
                stream.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, windowBits);
            stream.Write(content);
        }
        return file.ToArray();
    }
}
