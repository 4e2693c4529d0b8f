using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class AdapterConfigTests
{
    private const string Source = "adapter_config.json";

    private static readonly AdapterConfig s_config = new(
        new LoraOptions(8, 16.5, LoraMatrices.Query | LoraMatrices.Down), "../base");

    [Fact]
    public void What_was_written_is_read_again() =>
        Assert.Equal(s_config, AdapterConfig.Read(s_config.Write(), Source));

    [Fact]
    public void A_file_as_peft_saves_it_is_read()
    {
        const string Saved = """
            {"alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "/models/MiniCPM", "bias": "none",
             "fan_in_fan_out": false, "inference_mode": true, "lora_alpha": 32, "lora_dropout": 0.1,
             "modules_to_save": null, "peft_type": "LORA", "r": 64, "rank_pattern": {},
             "target_modules": ["v_proj", "q_proj"], "task_type": "CAUSAL_LM", "use_dora": false, "use_rslora": false}
            """;

        var config = AdapterConfig.Read(Saved, Source);

        Assert.Equal(new LoraOptions(64, 32, LoraMatrices.Query | LoraMatrices.Value), config.Lora);
        Assert.Equal("/models/MiniCPM", config.Base);
    }

    [Fact]
    public void Everything_that_would_make_adapters_compute_something_else_is_named_at_once()
    {
        const string Other = """
            {"base_model_name_or_path": "", "bias": "all", "lora_alpha": 0, "modules_to_save": ["lm_head"],
             "peft_type": "LORA", "r": 2.5, "rank_pattern": {"q_proj": 4}, "target_modules": "all-linear",
             "use_dora": true, "use_rslora": true}
            """;

        var problems = Assert.Throws<ConfigurationException>(() => AdapterConfig.Read(Other, Source)).Problems;

        Assert.Equal(
            [
                "use_dora", "use_rslora", "bias", "rank_pattern", "modules_to_save", "r", "lora_alpha",
                "target_modules", "base_model_name_or_path",
            ],
            problems.Select(problem => problem.Where.Split(": ")[1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"peft_type\": \"IA3\"}")]
    public void Another_file_is_refused_with_its_path(string text) =>
        Assert.All(
            Assert.Throws<ConfigurationException>(() => AdapterConfig.Read(text, Source)).Problems,
            problem => Assert.StartsWith(Source, problem.Where, StringComparison.Ordinal));
}
