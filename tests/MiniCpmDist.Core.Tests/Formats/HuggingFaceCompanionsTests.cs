using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class HuggingFaceCompanionsTests
{
    private static readonly SpecialPieces s_special = new(
        new SpecialPiece(0, "<unk>"), new SpecialPiece(5, "<begin>"), new SpecialPiece(7, "<end>"),
        new SpecialPiece(3, "<pad>"));

    [Fact]
    public void The_tokenizer_is_transformers_own_with_the_pieces_of_the_model_and_no_chat_template()
    {
        using var json = JsonDocument.Parse(HuggingFaceCompanions.Tokenizer(s_special, 4096));
        var root = json.RootElement;

        Assert.Equal("LlamaTokenizer", root.GetProperty("tokenizer_class").GetString());
        Assert.Equal("<begin>", root.GetProperty("bos_token").GetString());
        Assert.Equal("<end>", root.GetProperty("eos_token").GetString());
        Assert.Equal("<pad>", root.GetProperty("pad_token").GetString());
        Assert.Equal(
            ["0 <unk>", "3 <pad>", "5 <begin>", "7 <end>"],
            root.GetProperty("added_tokens_decoder").EnumerateObject()
                .Select(token => $"{token.Name} {token.Value.GetProperty("content").GetString()}"));
        // Ids are then those of SentencePiece, after the piece that begins a document and without one that ends it.
        Assert.True(root.GetProperty("legacy").GetBoolean());
        Assert.True(root.GetProperty("add_bos_token").GetBoolean());
        Assert.False(root.GetProperty("add_eos_token").GetBoolean());
        Assert.Equal(4096, root.GetProperty("model_max_length").GetInt32());
        Assert.False(root.TryGetProperty("chat_template", out _));
    }

    [Fact]
    public void The_tokenizer_of_a_model_that_was_aligned_has_its_chat_template()
    {
        using var json = JsonDocument.Parse(HuggingFaceCompanions.Tokenizer(s_special, 4096, "{{ '<用户>' }}"));

        Assert.Equal("{{ '<用户>' }}", json.RootElement.GetProperty("chat_template").GetString());
    }

    [Fact]
    public void Configuration_and_generation_name_the_ids_of_the_tokenizer_and_not_those_of_another()
    {
        using var generation = JsonDocument.Parse(HuggingFaceCompanions.Generation(s_special, 0.8, 40));
        using var model = JsonDocument.Parse(
            HuggingFaceConfig.Write(ModelPresets.All["nano"], 64, "float32", s_special));

        foreach (var root in (JsonElement[])[generation.RootElement, model.RootElement])
        {
            Assert.Equal(5, root.GetProperty("bos_token_id").GetInt32());
            Assert.Equal(7, root.GetProperty("eos_token_id").GetInt32());
        }
        Assert.Equal(40, generation.RootElement.GetProperty("top_k").GetInt32());
    }
}
