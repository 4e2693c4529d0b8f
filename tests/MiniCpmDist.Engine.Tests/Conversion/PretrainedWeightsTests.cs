using System.Runtime.InteropServices;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;

namespace MiniCpmDist.Engine.Tests.Conversion;

public sealed class PretrainedWeightsTests
{
    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 32,
        IntermediateSize = 80,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        VocabularySize = 400,
    };

    [Fact]
    public void A_quantized_folder_is_no_start_of_a_training_and_is_called_what_it_is()
    {
        using var folder = new ModelFolder("F32");
        var config = Path.Combine(folder.Path, "config.json");
        File.WriteAllText(
            config, File.ReadAllText(config).TrimEnd().TrimEnd('}') + ", \"quantization_config\": { \"bits\": 4 } }");

        var problem = Assert.Throws<ConfigurationException>(
            () => PretrainedWeights.Open(folder.Path, s_shape, tokenizerHash: null));

        Assert.Contains("found a quantized model", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F32", "--shards", "3")]
    [InlineData("BF16", "--shards", "4", "--untied")]
    [InlineData("F16", "--untied")]
    [InlineData("BF16", "--head-copy", "--derived-tables")]
    public void Every_parameter_is_read_to_the_last_bit(string dtype, params string[] options)
    {
        using var folder = new ModelFolder(dtype, options);
        var shape = s_shape with { TieWordEmbeddings = !options.Contains("--untied") };
        var expected = folder.Expected(name => shape.ParameterSpecs.Single(spec => spec.Name == name).Count);
        using var model = new MiniCpmForCausalLM(shape);
        using var parameters = FlatParameters.BindFrozen(model);

        var weights = PretrainedWeights.Open(folder.Path, shape, tokenizerHash: null);
        weights.Load(parameters);

        Assert.Equal(expected.Keys.Order(), parameters.Layout.Slots.Select(slot => slot.Spec.Name).Order());
        foreach (var slot in parameters.Layout.Slots)
        {
            var found = parameters.Values.Span(slot.Offset, (int)slot.Spec.Count);
            // As bits: 0 and -0 are equal as numbers.
            Assert.True(
                MemoryMarshal.AsBytes(found).SequenceEqual(MemoryMarshal.AsBytes<float>(expected[slot.Spec.Name])),
                slot.Spec.Name);
        }
        Assert.StartsWith(dtype, weights.Types.Split(", ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_that_differs_from_the_runs_model_is_told_at_once_with_both_values()
    {
        using var folder = new ModelFolder("F32");
        folder.Replace("config.json", "\"scale_emb\": 12", "\"scale_emb\": 1");
        folder.Replace("config.json", "\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"linear\"}");
        var run = s_shape with { RmsNormEps = 1e-6, VocabularySize = 401, TieWordEmbeddings = false };

        var problems = Faults(folder, run);

        string[] keys = ["rope_scaling"];
        Assert.All(
            keys, key => Assert.Contains(problems, problem => problem.Where.EndsWith(key, StringComparison.Ordinal)));

        folder.Replace("config.json", "{\"type\": \"linear\"}", "null");
        problems = Faults(folder, run);
        keys = ["vocab_size", "scale_emb", "rms_norm_eps", "tie_word_embeddings"];
        Assert.Equal(
            keys, problems.Select(problem => problem.Where[(problem.Where.LastIndexOf(' ') + 1)..]));
        Assert.Equal(("401, as in the run's model", "400"), (problems[0].Expected, problems[0].Found));
        Assert.Equal("set model.vocab_size to 400", problems[0].Fix);
    }

    [Fact]
    public void Missing_misshapen_and_unknown_tensors_are_told_at_once()
    {
        using var folder = new ModelFolder("F32", "--shards", "2");
        // The names have as many letters, so that the header keeps its length.
        foreach (var shard in Directory.GetFiles(folder.Path, "*.safetensors"))
        {
            var bytes = File.ReadAllBytes(shard);
            ReplaceBytes(bytes, "model.norm.weight", "model.form.weight");
            ReplaceBytes(bytes, "\"shape\": [80, 32]", "\"shape\": [40, 64]");
            File.WriteAllBytes(shard, bytes);
        }
        folder.Replace("model.safetensors.index.json", "model.norm.weight", "model.form.weight");

        var problems = Faults(folder, s_shape);

        Assert.Equal(2, problems.Count(problem => problem.Where.Contains("gate_proj", StringComparison.Ordinal)));
        Assert.Contains(problems, problem => problem is { Expected: "[80, 32]", Found: "[40, 64]" });
        Assert.Contains(problems, problem => problem.Found == "without model.norm.weight");
        Assert.Contains(problems, problem => problem.Found == "also model.form.weight");
    }

    [Fact]
    public void A_head_that_is_not_the_embedding_is_refused_where_they_are_tied()
    {
        using var folder = new ModelFolder("F32", "--untied");
        folder.Replace("config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
        Assert.Contains(
            "where the embeddings are tied", Assert.Single(Faults(folder, s_shape)).Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7FC0_0000, "NaN")]
    [InlineData(0x7F80_0000, "Infinity")]
    public void A_weight_that_is_no_finite_number_is_refused_with_its_tensor(int bits, string named)
    {
        using var folder = new ModelFolder("F32");
        var bytes = File.ReadAllBytes(folder["model.safetensors"]);
        var header = System.Text.Encoding.ASCII.GetString(bytes);
        var entry = header[header.IndexOf("\"model.norm.weight\"", StringComparison.Ordinal)..];
        var begin = int.Parse(
            entry.Split("\"data_offsets\":")[1].Split('[')[1].Split(',')[0],
            System.Globalization.CultureInfo.InvariantCulture);
        var data = 8 + BitConverter.ToInt32(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(data + begin + 3 * sizeof(float)), bits);
        File.WriteAllBytes(folder["model.safetensors"], bytes);

        var problem = Assert.Single(Faults(folder, s_shape));

        Assert.EndsWith(": model.norm.weight", problem.Where, StringComparison.Ordinal);
        Assert.Equal($"1 element(s) that are not finite, the first {named} at 3", problem.Found);
    }

    [Fact]
    public void An_index_may_not_lead_out_of_its_folder_and_a_lost_shard_is_named()
    {
        using var folder = new ModelFolder("F32", "--shards", "2");
        folder.Replace("model.safetensors.index.json", "model-00002-of", "../model-00002-of");
        Assert.Contains(Faults(folder, s_shape), problem => problem.Found.Contains("../", StringComparison.Ordinal));

        folder.Replace("model.safetensors.index.json", "../", "");
        File.Delete(folder["model-00002-of-00002.safetensors"]);
        Assert.Contains(
            Faults(folder, s_shape), problem => problem.Found == "`model-00002-of-00002.safetensors`");
    }

    [Fact]
    public void A_file_that_is_cut_off_or_no_model_at_all_is_refused_before_training()
    {
        using var folder = new ModelFolder("BF16");
        using (var file = File.OpenWrite(folder["model.safetensors"]))
            file.SetLength(file.Length - 2);
        Assert.Contains("cut off", Assert.Single(Faults(folder, s_shape)).Found, StringComparison.Ordinal);
        File.Delete(folder["model.safetensors"]);
        Assert.Equal("neither", Assert.Single(Faults(folder, s_shape)).Found);
        File.Delete(folder["config.json"]);
        Assert.Equal("a folder without config.json", Assert.Single(Faults(folder, s_shape)).Found);
    }

    [Fact]
    public void The_hashes_are_those_of_the_files_and_another_tokenizer_is_refused()
    {
        using var folder = new ModelFolder("F32", "--shards", "2");
        var hashes = PretrainedWeights.Open(folder.Path, s_shape, "of the data").Describe().Hashes;
        foreach (var name in (string[])["config.json", "model-00001-of-00002.safetensors"])
        {
            var hash = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder[name]));
            Assert.Contains($"{name} {Convert.ToHexStringLower(hash)}", hashes, StringComparison.Ordinal);
        }

        File.WriteAllText(folder["tokenizer.model"], "another");
        Assert.EndsWith("tokenizer.model", Assert.Single(Faults(folder, s_shape)).Where, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Problem> Faults(ModelFolder folder, ModelShape shape) =>
        Assert.Throws<ConfigurationException>(
            () => PretrainedWeights.Open(folder.Path, shape, "of the data")).Problems;

    private static void ReplaceBytes(byte[] bytes, string old, string replacement)
    {
        var found = bytes.AsSpan();
        for (int at; (at = found.IndexOf(System.Text.Encoding.ASCII.GetBytes(old))) >= 0; found = found[(at + 1)..])
            System.Text.Encoding.ASCII.GetBytes(replacement).CopyTo(found[at..]);
    }
}
