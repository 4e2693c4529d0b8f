using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class ProblemCollectorTests
{
    [Fact]
    public void Problems_of_several_attempts_come_as_one_exception()
    {
        var problems = new ProblemCollector();
        problems.Add("a", "b", "c", "d");
        var value = problems.Try<string>(() => throw new ConfigurationException("Expected this, found that."));

        var error = Assert.Throws<ConfigurationException>(problems.ThrowIfAny);

        Assert.Null(value);
        Assert.Equal($"a: expected b, found c; d.{Environment.NewLine}Expected this, found that.", error.Message);
    }

    [Fact]
    public void Only_problems_of_the_user_are_collected()
    {
        var problems = new ProblemCollector();

        Assert.Throws<InvalidOperationException>(() => problems.Try<int>(() => throw new InvalidOperationException()));
        Assert.Equal(3, problems.Try(() => 3));
        problems.ThrowIfAny();
    }
}
