using System.Buffers.Binary;
using System.Text;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class SafeTensorsHeaderTests
{
    private static readonly (string, string, IReadOnlyList<long>)[] s_tensors =
    [
        ("b", "F32", [2, 3]), ("a", "BF16", [5]), ("scalar", "F64", []), ("empty", "I64", [0, 7]), ("last", "U8", [1]),
    ];

    [Fact]
    public void Tensors_come_back_in_the_order_of_their_data()
    {
        var bytes = SafeTensorsHeader.Write(s_tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var stream = new MemoryStream(bytes);

        var (entries, start) = SafeTensorsHeader.Read(stream);

        Assert.Equal(["b", "a", "scalar", "empty", "last"], entries.Select(entry => entry.Name));
        Assert.Equal(
            [(0, 24), (24, 34), (34, 42), (42, 42), (42, 43)], entries.Select(entry => (entry.Begin, entry.End)));
        Assert.Equal(
            s_tensors.Select(tensor => tensor.Item3.ToArray()), entries.Select(entry => entry.Shape.ToArray()));
        Assert.Equal((bytes.Length, bytes.Length), (start, stream.Position));
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        var bytes = SafeTensorsHeader.Write([("w", "F32", [2])], new Dictionary<string, string> { ["format"] = "pt" });

        const string Json = """{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        Assert.Equal((ulong)(bytes.Length - 8), BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(Json, Encoding.UTF8.GetString(bytes.AsSpan(8)).TrimEnd(' '));
        Assert.Equal(0, bytes.Length % 8);
    }

    [Fact]
    public void Data_is_aligned_whatever_the_names_are()
    {
        for (var length = 1; length < 20; length++)
            Assert.Equal(0, SafeTensorsHeader.Write([(new string('n', length), "F32", [1])]).Length % 8);
    }

    [Theory]
    [InlineData("", "too short")]
    [InlineData("{ ", "cannot be read")]
    [InlineData("[1]", "cannot be read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "cannot be read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", "found Q4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "as many bytes of a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}""", "as many bytes of a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", "cannot be read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "found byte 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""",
        "overlap")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}""",
        "a twice")]
    public void A_broken_header_is_a_sentence(string json, string says)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)text.Length);
        text.CopyTo(bytes, 8);

        var message = Assert.Throws<FormatException>(() => SafeTensorsHeader.Read(new MemoryStream(bytes))).Message;

        Assert.StartsWith("Expected", message, StringComparison.Ordinal);
        Assert.True(says == "too short" || message.Contains(says, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(50)]
    public void A_file_that_is_cut_off_is_a_sentence(int length)
    {
        var bytes = SafeTensorsHeader.Write(s_tensors)[..length];

        Assert.StartsWith(
            "Expected", Assert.Throws<FormatException>(() => SafeTensorsHeader.Read(new MemoryStream(bytes))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_absurd_length_is_refused_before_memory_is_taken()
    {
        var bytes = new byte[16];
        bytes.AsSpan(0, 8).Fill(0xff);

        Assert.Contains(
            "at most 16777216 bytes",
            Assert.Throws<FormatException>(() => SafeTensorsHeader.Read(new MemoryStream(bytes))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_longer_than_its_file_is_refused_before_memory_is_taken()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 10 << 20);

        Assert.Contains(
            "header of 10485760 bytes, found 8: the file is cut off",
            Assert.Throws<FormatException>(() => SafeTensorsHeader.Read(new MemoryStream(bytes))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void More_tensors_than_any_model_has_in_a_file_are_refused()
    {
        var header = SafeTensorsHeader.Write(
            Enumerable.Range(0, 100_001).Select(i => ($"t{i}", "U8", (IReadOnlyList<long>)[0])));

        Assert.Contains(
            "found 100001",
            Assert.Throws<FormatException>(() => SafeTensorsHeader.Read(new MemoryStream(header))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tensors_of_one_name_and_unknown_types_are_not_written()
    {
        Assert.Throws<ArgumentException>(() => SafeTensorsHeader.Write([("a", "F32", [1]), ("a", "F32", [1])]));
        Assert.Throws<ArgumentException>(() => SafeTensorsHeader.Write([("a", "float32", [1])]));
    }
}
