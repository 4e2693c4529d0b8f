using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Tests.Control;

public sealed class RunCommandFieldsTests
{
    private static readonly Random s_random = new(6);

    public static TheoryData<RunCommand> Commands =>
    [
        new RunCommand.Checkpoint(), new RunCommand.Stop(), new RunCommand.Pause(), new RunCommand.Continue(),
        new RunCommand.SetLearningRate(0.1 + 0.2), new RunCommand.SetLearningRate(1),
        new RunCommand.SetLearningRate(1e300),
        new RunCommand.SetLearningRate(double.Epsilon), new RunCommand.SetLearningRate(double.NaN),
        new RunCommand.SetLearningRate(double.NegativeInfinity),
        new RunCommand.SetTokenBatch(long.MaxValue, LearningRateRule.None),
        new RunCommand.SetTokenBatch(-4096, LearningRateRule.Sqrt),
        new RunCommand.SetMixture(PhaseKind.Stable, []),
        new RunCommand.SetMixture(PhaseKind.Decay, [new SourceShare("größer", 1), new SourceShare("code_2", -5)]),
        new RunCommand.BeginDecay(null, null), new RunCommand.BeginDecay(Extent.OfPercent(0.1), DecayShape.Inverse),
        new RunCommand.ExtendStable(null), new RunCommand.ExtendStable(Extent.OfTokens(Extent.LongestTokens)),
        new RunCommand.Branch("a \"b\"\nc", Extent.OfSteps(80), true),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_comes_back_from_its_fields_and_from_a_line_of_the_journal(RunCommand command)
    {
        var fields = RunCommandFields.Write(command).ToDictionary(field => field.Key, field => field.Value);
        var line = new JournalEntry("command", 1, 2, fields).Write();

        Assert.Equal(command, RunCommandFields.Parse(fields));
        Assert.Equal(command, RunCommandFields.Parse(JournalEntry.Parse(line).Details));
    }

    [Fact]
    public void So_does_any_number_any_length_and_any_mixture()
    {
        for (var i = 0; i < 2000; i++)
            A_command_comes_back_from_its_fields_and_from_a_line_of_the_journal(Some());
    }

    [Fact]
    public void Every_command_is_known_by_its_name_and_spelled_by_a_test()
    {
        var spelled = Commands.Select(row => row.Data).DistinctBy(command => command.GetType()).ToArray();

        Assert.Equal(
            typeof(RunCommand).GetNestedTypes().Where(typeof(RunCommand).IsAssignableFrom).ToHashSet(),
            spelled.Select(command => command.GetType()).ToHashSet());
        Assert.Equal(RunCommandFields.Names.ToHashSet(), spelled.Select(RunCommandFields.NameOf).ToHashSet());
    }

    [Theory]
    [InlineData("command", "fly", "`fly`")]
    [InlineData("token_batch", "many", "`token_batch`")]
    [InlineData("lr_rule", "cubic", "`lr_rule`")]
    public void What_is_no_command_is_a_sentence(string key, string value, string named)
    {
        var fields = RunCommandFields.Write(new RunCommand.SetTokenBatch(100, LearningRateRule.None))
            .ToDictionary(field => field.Key, field => field.Value);
        fields[key] = value;

        Assert.Contains(
            named, Assert.Throws<FormatException>(() => RunCommandFields.Parse(fields)).Message,
            StringComparison.Ordinal);
    }

    private static RunCommand Some() => s_random.Next(5) switch
    {
        0 => new RunCommand.SetLearningRate(BitConverter.Int64BitsToDouble(s_random.NextInt64()) is var number
            && double.IsFinite(number) ? number : 1),
        1 => new RunCommand.SetTokenBatch(s_random.NextInt64(), (LearningRateRule)s_random.Next(3)),
        2 => new RunCommand.SetMixture(
            PhaseKind.Decay,
            [
                .. Enumerable.Range(0, s_random.Next(9))
                    .Select(i => new SourceShare($"s{i}", s_random.NextInt64(2_000_000_000))),
            ]),
        3 => new RunCommand.BeginDecay(SomeLength(), (DecayShape)s_random.Next(5)),
        _ => new RunCommand.ExtendStable(SomeLength()),
    };

    private static Extent SomeLength() => s_random.Next(3) switch
    {
        0 => Extent.OfTokens(s_random.NextInt64(Extent.LongestTokens)),
        1 => Extent.OfSteps(s_random.NextInt64(Extent.LongestTokens)),
        _ => Extent.OfPercent(s_random.NextDouble() * 100),
    };
}
