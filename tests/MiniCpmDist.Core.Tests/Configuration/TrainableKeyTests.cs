using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class TrainableKeyTests
{
    private const string Sighted = "model: minicpm-v-tiny";

    [Fact]
    public void All_parts_are_trained_where_the_file_does_not_say_otherwise()
    {
        var options = Parse(Sighted);

        Assert.Equal(ModelParts.All, options.Trainable);
        Assert.DoesNotContain("trainable", RunFile.Write(options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trainable: [resampler]", ModelPart.Resampler)]
    [InlineData("trainable: encoder", ModelPart.Encoder)]
    [InlineData("trainable: [resampler, encoder]", ModelPart.Encoder, ModelPart.Resampler)]
    [InlineData(
        "trainable: [language, resampler, encoder]", ModelPart.Language, ModelPart.Encoder, ModelPart.Resampler)]
    public void Parts_are_read_in_any_order_and_what_is_written_is_read_again(string text, params ModelPart[] parts)
    {
        var options = Parse($"{Sighted}\n{text}");

        Assert.Equal(parts, options.Trainable);
        Assert.Equal(options, RunFile.Parse(RunFile.Write(options), "run.yaml"));
    }

    [Theory]
    [InlineData("trainable: [resampler, eyes]", "found `eyes`")]
    [InlineData("trainable: [resamplr]", "write such as `trainable: [resampler]`")]
    [InlineData("trainable: []", "none that is known")]
    [InlineData("trainable: { resampler: true }", "a list of texts")]
    public void Parts_that_there_are_not_are_refused(string text, string told) =>
        Assert.Contains(told, Refusal($"{Sighted}\n{text}"), StringComparison.Ordinal);

    [Fact]
    public void A_model_of_texts_alone_has_nothing_to_train_but_its_language() =>
        Assert.Contains(
            "the model has no encoder and no resampler", Refusal("model: nano\ntrainable: [resampler]"),
            StringComparison.Ordinal);

    [Fact]
    public void A_width_that_the_resamplers_heads_do_not_divide_is_refused() =>
        Assert.Contains(
            "model.hidden_size: expected a multiple of 128",
            Refusal("model: { preset: minicpm-v-tiny, hidden_size: 192 }"), StringComparison.Ordinal);

    [Fact]
    public void A_checkpoint_holds_its_successors_to_the_parts_and_an_older_one_to_all_of_them()
    {
        var held = FixedKeys.Of(Parse($"{Sighted}\ntrainable: [resampler]")).ToDictionary();

        Assert.Equal("[resampler]", held["trainable"]);
        Assert.Equal(
            "[language, encoder, resampler]", RunKeys.All.Single(key => key.Name == "trainable").Earlier);
    }

    private static RunOptions Parse(string lines) => RunFile.Parse(RunText.With("model: nano", lines), "run.yaml");

    private static string Refusal(string lines) =>
        Assert.Throws<ConfigurationException>(() => Parse(lines)).Message;
}
