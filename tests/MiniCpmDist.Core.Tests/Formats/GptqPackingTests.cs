using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class GptqPackingTests
{
    [Fact]
    public void Eight_neighbouring_inputs_of_an_output_share_a_word_the_first_in_the_lowest_bits()
    {
        byte[] codes = [1, 2, 3, 4, 5, 6, 7, 8, 15, 0, 0, 0, 0, 0, 0, 9];
        int[] words = GptqPacking.Pack(codes, outputs: 2, inputs: 8);
        Assert.Equal([unchecked((int)0x87654321), unchecked((int)0x9000000F)], words);
        for (var output = 0; output < 2; output++)
        {
            for (var input = 0; input < 8; input++)
                Assert.Equal(codes[output * 8 + input], GptqPacking.Code(words, 2, output, input));
        }
    }

    [Theory]
    [InlineData(GptqLayout.Version1, 0x77777777)]
    [InlineData(GptqLayout.Version2, unchecked((int)0x88888888))]
    public void The_older_layout_stores_a_zero_less_one(GptqLayout layout, int word)
    {
        Assert.Equal(word, GptqPacking.SymmetricZeros(layout));
        Assert.Equal(8, GptqPacking.Zero([word], outputs: 8, group: 0, output: 5, layout));
    }

    [Fact]
    public void A_weight_is_its_groups_scale_times_the_distance_of_its_code_from_zero()
    {
        byte[] codes = [.. Enumerable.Range(0, 8 * 16).Select(i => (byte)(i % 16))];
        var matrix = new GptqMatrix(
            8, 16, GptqLayout.Version1, GptqPacking.Pack(codes, 8, 16), [0x77777777, 0x77777777],
            [.. Enumerable.Range(0, 16).Select(i => (Half)(i < 8 ? 0.5 : 0.25))],
            [.. Enumerable.Range(0, 16).Select(i => i / 8)]);
        var row = new float[16];
        GptqPacking.Unpack(matrix, 3, row);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (i < 8 ? 0.5f : 0.25f) * (i - 8)), row);
    }

    [Fact]
    public void The_configuration_is_read_as_it_was_written_and_other_methods_are_refused()
    {
        var config = new GptqConfig(32, GptqLayout.Version2) { ActOrder = true, StaticGroups = true };
        var json = $"{{\"{GptqConfig.Key}\": {config.Write()}}}";
        Assert.Equal(config, GptqConfig.Read(json));
        var problems = Assert.Throws<ConfigurationException>(() => GptqConfig.Read(
            json.Replace("\"gptq\"", "\"awq\"", StringComparison.Ordinal)
                .Replace("\"bits\": 4", "\"bits\": 8", StringComparison.Ordinal))).Problems;
        Assert.Equal(["\"gptq\"", "4"], problems.Select(problem => problem.Expected));
    }
}
