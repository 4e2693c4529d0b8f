using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using Shape = MiniCpmDist.Core.Model.ModelShape;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class GgufTests
{
    private static readonly Shape s_shape = new()
    {
        HiddenSize = 64,
        IntermediateSize = 160,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 16,
        VocabularySize = 100,
    };

    [Fact]
    public void What_is_written_before_the_data_is_read_back()
    {
        var header = new GgufHeader();
        header.Add("text", "‹用户>");
        header.Add("whole", 7u);
        header.Add("number", 1.5f);
        header.Add("truth", true);
        header.Add("texts", ["a"u8.ToArray(), ""u8.ToArray()]);
        header.Add("numbers", [1f, -2f]);
        header.Add("kinds", [1, -3]);
        var tensors = GgufHeader.Place([("one", GgufType.F32, [3]), ("two", GgufType.Q8, [64, 2])]);
        using var file = new MemoryStream();
        file.Write(header.Write(tensors));
        var start = file.Length;
        file.SetLength(start + tensors[^1].End);
        file.Position = 0;

        var (values, read, dataStart) = GgufReader.Read(file);

        Assert.Equal(
            ["‹用户>", 7u, 1.5f, true], new[] { "text", "whole", "number", "truth" }.Select(key => values[key]));
        Assert.Equal(["a", ""], (object[])values["texts"]);
        Assert.Equal([1f, -2f], (object[])values["numbers"]);
        Assert.Equal([1, -3], (object[])values["kinds"]);
        Assert.Equal(
            tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Offset)),
            read.Select(tensor => (tensor.Name, tensor.Type, tensor.Offset)));
        Assert.Equal((32L, start), (read[1].Offset, dataStart));
        file.SetLength(start + read[1].Offset + read[1].Bytes - 1);
        file.Position = 0;
        Assert.Throws<FormatException>(() => GgufReader.Read(file));
    }

    [Fact]
    public void A_block_of_eight_bits_has_the_bytes_that_the_format_asks_for()
    {
        var values = new float[32];
        (values[0], values[1], values[31]) = (127, -63.5f, 1);
        var bytes = new byte[34];
        GgufBlocks.Encode(values, GgufType.Q8, bytes);
        // The scale is 1 in float16; halves go away from zero.
        Assert.Equal([0x00, 0x3C, 127, 0xC0], bytes[..4]);
        Assert.Equal(1, bytes[33]);
    }

    [Fact]
    public void A_block_of_four_bits_gives_its_farthest_number_the_lowest_code()
    {
        var values = new float[32];
        (values[0], values[16], values[1]) = (8, -7, 1);
        var bytes = new byte[18];
        GgufBlocks.Encode(values, GgufType.Q4, bytes);
        // The scale is -1: 8 becomes code 0, -7 code 15, and 1 code 7.
        Assert.Equal([0x00, 0xBC, 0xF0, 0x87, 0x88], bytes[..5]);
    }

    [Theory]
    [InlineData(GgufType.F32, 0)]
    [InlineData(GgufType.F16, 3e-4)]
    [InlineData(GgufType.BF16, 3e-3)]
    [InlineData(GgufType.Q8, 6e-3)]
    [InlineData(GgufType.Q5, 0.05)]
    [InlineData(GgufType.Q4K, 0.09)]
    [InlineData(GgufType.Q4, 0.1)]
    public void Numbers_come_back_within_the_steps_of_their_type(GgufType type, double bound)
    {
        var random = new Random(3);
        // Normal numbers by the sum of twelve even ones.
        float[] values = [.. Enumerable.Range(0, 1024).Select(_ =>
            (float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6))];
        var bytes = new byte[type.Bytes(values.Length)];
        GgufBlocks.Encode(values, type, bytes);
        var found = new float[values.Length];
        GgufBlocks.Decode(bytes, type, found);

        var error = Math.Sqrt(
            values.Zip(found).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / values.Sum(value => value * value));
        Assert.InRange(error, 0, bound);
    }

    [Fact]
    public void Rows_of_a_head_alternate_between_its_halves_and_every_row_is_taken_once()
    {
        var parts = GgufModel.Parts(s_shape, GgufType.F16);
        var turned = parts.Where(part => part.HeadDim is not null).ToArray();
        Assert.Equal(
            ["blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.1.attn_q.weight", "blk.1.attn_k.weight"],
            turned.Select(part => part.Name));
        Assert.Equal([0, 8, 1, 9], Enumerable.Range(0, 4).Select(row => turned[0].SourceRow(row)));
        Assert.Equal(16, turned[0].SourceRow(16));
        var rows = (int)turned[1].Specs[0].Shape[0];
        Assert.Equal(
            Enumerable.Range(0, rows).Select(row => (long)row),
            Enumerable.Range(0, rows).Select(row => turned[1].SourceRow(row)).Order());
    }

    [Fact]
    public void The_scale_of_the_logits_is_a_divisor_and_written_always()
    {
        var header = new GgufHeader();
        GgufModel.Add(header, s_shape with { DimModelBase = 64 }, "one", positions: 16, GgufType.F32);
        var tensors = GgufHeader.Place([("one", GgufType.F32, [1])]);
        using var file = new MemoryStream();
        file.Write(header.Write(tensors));
        file.SetLength(file.Length + 32);
        file.Position = 0;
        var values = GgufReader.Read(file).Values;
        Assert.Equal(
            [12f, (float)(1.4 / Math.Sqrt(2)), 1f],
            new[] { "embedding_scale", "residual_scale", "logit_scale" }.Select(key => values["minicpm." + key]));
    }

    [Fact]
    public void A_width_that_fits_no_block_takes_another_type_and_says_so()
    {
        var parts = GgufModel.Parts(s_shape with { IntermediateSize = 150 }, GgufType.Q4K);
        var types = parts.ToDictionary(part => part.Name, part => part.Type);
        Assert.Equal(GgufType.Q8, types["token_embd.weight"]);
        Assert.Equal(GgufType.F32, types["blk.0.attn_norm.weight"]);
        Assert.Equal(GgufType.Q5, types["blk.0.ffn_up.weight"]);
        Assert.Equal(GgufType.F16, types["blk.0.ffn_down.weight"]);
        Assert.Equal(
            "150 columns are no multiple of 256, so F16 instead of Q4_K",
            parts.Single(part => part.Name == "blk.0.ffn_down.weight").Note);
        Assert.All(
            GgufModel.Parts(s_shape with { HiddenSize = 256, IntermediateSize = 512, HeadDim = 64 }, GgufType.Q4K),
            part => Assert.Null(part.Note));
    }

    [Fact]
    public void A_symbol_of_one_character_is_written_as_a_normal_piece_and_missing_pieces_are_padded()
    {
        var table = new SentencePieceTable(
            [new("<unk>"u8.ToArray(), 0, 2), new("\n"u8.ToArray(), 0, 4), new("<x>"u8.ToArray(), 0, 4)],
            IsBytePair: true, AddsPrefix: true, RemovesSpaces: true, "nmt_nfkc");
        var header = new GgufHeader();
        GgufTokenizer.Add(header, table, SpecialPieces.Standard, rows: 5, chatTemplate: "{{x}}");
        using var file = new MemoryStream(header.Write([]));
        var values = GgufReader.Read(file).Values;
        Assert.Equal([2, 1, 4, 5, 5], (object[])values["tokenizer.ggml.token_type"]);
        Assert.Equal(["<unk>", "\n", "<x>", "[PAD0]", "[PAD1]"], (object[])values["tokenizer.ggml.tokens"]);
        Assert.Equal("{{x}}", values["tokenizer.chat_template"]);
        Assert.Equal(3, GgufTokenizer.Notes(table).Count());
    }
}
