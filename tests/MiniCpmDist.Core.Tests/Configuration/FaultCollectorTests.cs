using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Core.Tests.Configuration;

public sealed class FaultCollectorTests
{
    [Fact]
    public void Faults_of_several_attempts_come_as_one_exception()
    {
        var faults = new FaultCollector();
        faults.Add("a", "b", "c", "d");
        var value = faults.Try<string>(() => throw new ConfigurationException("Expected this, found that."));

        var error = Assert.Throws<ConfigurationException>(faults.ThrowIfAny);

        Assert.Null(value);
        Assert.Equal($"a: expected b, found c; d.{Environment.NewLine}Expected this, found that.", error.Message);
    }

    [Fact]
    public void Only_faults_of_the_user_are_collected()
    {
        var faults = new FaultCollector();

        Assert.Throws<InvalidOperationException>(() => faults.Try<int>(() => throw new InvalidOperationException()));
        Assert.Equal(3, faults.Try(() => 3));
        faults.ThrowIfAny();
    }
}
