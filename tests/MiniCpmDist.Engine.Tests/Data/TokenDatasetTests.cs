using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Engine.Tests.Data;

public sealed class TokenDatasetTests(TinyTokenizer tiny) : IClassFixture<TinyTokenizer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(400)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(122_753)]
    public void A_sequence_is_its_inputs_and_the_first_input_of_the_next_whatever_the_vocabulary(int vocabulary)
    {
        var ids = Enumerable.Range(0, 25)
            .Select(i => (int)((long)i * 7919 * 31 % vocabulary))
            .Append(vocabulary - 1)
            .ToArray();
        WriteFolder(ids, vocabulary);
        using var data = TokenDataset.Open(_folder.Path("data"), "train", sequenceLength: 5);

        Assert.Equal(5, data.SequenceCount);
        Assert.Equal(vocabulary, data.VocabularySize);
        for (var k = 0; k < 5; k++)
        {
            var sequence = new long[6];
            data.Read(k, sequence);
            Assert.Equal(ids.Skip(k * 5).Take(6).Select(id => (long)id), sequence);
        }
    }

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(6, 5, 1)]
    [InlineData(10, 5, 1)]
    [InlineData(11, 5, 2)]
    public void Only_whole_sequences_with_their_last_target_count(int tokens, int sequenceLength, long sequences)
    {
        WriteFolder([.. Enumerable.Range(0, tokens)], 400);
        using var data = TokenDataset.Open(_folder.Path("data"), "train", sequenceLength);
        Assert.Equal(sequences, data.SequenceCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(sequences, new long[sequenceLength + 1]));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_without_a_manifest_say_what_to_type()
    {
        Assert.Contains(
            "minicpm data build", Fault(() => TokenDataset.Open(_folder.Path("nowhere"), "train", 5)),
            StringComparison.Ordinal);
        Assert.Contains(
            "without manifest.json", Fault(() => TokenDataset.Open(_folder.Root, "train", 5)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"format\": \"one\"}")]
    [InlineData("{\"format\": 1}")]
    [InlineData(
        """{"format": 1, "tokenizer": null, "held_out_fraction": 0.1, "train": null, "held_out": null,"""
        + """ "quarantined_lines": 0, "corpus": []}""")]
    public void A_broken_manifest_is_the_users_fault(string content)
    {
        WriteFolder([1, 2, 3], 400);
        File.WriteAllText(_folder.Path("data/manifest.json"), content);
        Assert.Contains(
            "manifest", Fault(() => TokenDataset.Open(_folder.Path("data"), "train", 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_manifest_is_refused_whatever_else_is_in_it()
    {
        WriteFolder([1, 2, 3], 400);
        File.WriteAllText(_folder.Path("data/manifest.json"), "{\"format\": 2, \"everything\": \"new\"}");
        Assert.Contains(
            "format 2", Fault(() => TokenDataset.Open(_folder.Path("data"), "train", 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_file_that_is_missing_cut_short_or_another_one_is_refused()
    {
        WriteFolder([.. Enumerable.Range(0, 100)], 400);
        var path = _folder.Path("data/train.tokens");
        var whole = File.ReadAllBytes(path);

        File.WriteAllBytes(path, whole[..^2]);
        Assert.Contains("230 bytes instead of 232", OpenFault(), StringComparison.Ordinal);
        File.WriteAllBytes(path, whole[..10]);
        Assert.Contains(path, OpenFault(), StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. new TokenFileHeader(2, 99).Write(), .. whole[TokenFileHeader.Size..^2]]);
        Assert.Contains("expected 100 tokens", OpenFault(), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("no such file", OpenFault(), StringComparison.Ordinal);

        string OpenFault() => Fault(() => TokenDataset.Open(_folder.Path("data"), "train", 5));
    }

    [Fact]
    public void A_tokenizer_that_was_exchanged_is_noticed()
    {
        WriteFolder([1, 2, 3], 400);
        _folder.Write("data/tokenizer.model", "another");
        Assert.Contains(
            "another file", Fault(() => TokenDataset.Open(_folder.Path("data"), "train", 2)), StringComparison.Ordinal);
    }

    private static string Fault(Func<TokenDataset> open) =>
        Assert.Throws<ConfigurationException>(() => open().Dispose()).Message;

    /// <summary>A data folder with given ids in its train split, as the format says it: without DataBuild.</summary>
    private void WriteFolder(int[] ids, int vocabulary)
    {
        var bytesPerToken = vocabulary > 65_536 ? 4 : 2;
        byte[] tokens =
        [
            .. new TokenFileHeader(bytesPerToken, ids.Length).Write(),
            .. ids.SelectMany(id => BitConverter.GetBytes(id).Take(bytesPerToken)),
        ];
        _folder.Write("data/train.tokens", tokens);
        File.Copy(tiny.Path, _folder.Path("data/tokenizer.model"));
        var length = ids.Length.ToString(CultureInfo.InvariantCulture);
        var split = $$"""{"file": "train.tokens", "documents": 1, "tokens": {{length}}, "sha256": "" }""";
        _folder.Write("data/manifest.json", $$"""
            {"format": 1, "held_out_fraction": 0.02, "quarantined_lines": 0, "corpus": [],
             "train": {{split}}, "held_out": {{split}},
             "tokenizer": {"file": "tokenizer.model", "sha256": "{{tiny.Tokenizer.Hash}}",
                           "pieces": {{vocabulary}}, "bos_id": 1, "eos_id": 2 } }
            """);
    }
}
