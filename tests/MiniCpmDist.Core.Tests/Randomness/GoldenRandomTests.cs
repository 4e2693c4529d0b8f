using System.Globalization;
using System.Text.Json;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Core.Tests.Randomness;

/// <summary>
/// Holds the generator to tests/golden/counter-random.json, which a Python program made from the description.
/// </summary>
public sealed class GoldenRandomTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "counter-random.json"))).RootElement;

    [Fact]
    public void Words_are_those_of_the_independent_program()
    {
        foreach (var item in s_golden.GetProperty("words").EnumerateArray())
        {
            var found = CounterRandom.UInt64(
                item.GetProperty("seed").GetUInt64(), item.GetProperty("stream").GetString()!,
                item.GetProperty("counter").GetUInt64());
            Assert.Equal(item.GetProperty("word").GetString(), found.ToString("x16", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Normal_numbers_have_the_bits_of_the_independent_program()
    {
        foreach (var item in s_golden.GetProperty("normals").EnumerateArray())
        {
            var expected = item.GetProperty("float32_bits").EnumerateArray().Select(bits => bits.GetString()).ToArray();
            Assert.Equal(expected, Fill(item, expected.Length).Select(Bits));
        }
    }

    [Fact]
    public void A_million_numbers_have_its_bits_in_the_tails_and_in_sum()
    {
        var item = s_golden.GetProperty("long_run");
        var numbers = Fill(item, item.GetProperty("count").GetInt32());

        foreach (var extreme in item.GetProperty("extremes").EnumerateArray())
            Assert.Equal(
                extreme.GetProperty("float32_bits").GetString(),
                Bits(numbers[extreme.GetProperty("index").GetInt32()]));
        var sum = numbers.Aggregate(0UL, (total, number) => total + BitConverter.SingleToUInt32Bits(number));
        Assert.Equal(item.GetProperty("sum_of_bits").GetString(), sum.ToString("x16", CultureInfo.InvariantCulture));
    }

    private static float[] Fill(JsonElement item, int count)
    {
        var numbers = new float[count];
        CounterRandom.FillNormal(
            numbers, item.GetProperty("first").GetInt64(), item.GetProperty("seed").GetUInt64(),
            item.GetProperty("name").GetString()!,
            item.GetProperty("std").GetDouble());
        return numbers;
    }

    private static string Bits(float number) =>
        BitConverter.SingleToUInt32Bits(number).ToString("x8", CultureInfo.InvariantCulture);
}
