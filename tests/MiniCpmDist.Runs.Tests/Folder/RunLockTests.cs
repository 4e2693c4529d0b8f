using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Runs.Tests.Folder;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_second_holder_is_refused_until_the_first_lets_go()
    {
        var folder = new RunFolder(_folder.Root);
        using (RunLock.Acquire(folder))
        {
            var refusal = Assert.Throws<ConfigurationException>(() => RunLock.Acquire(folder));
            Assert.Contains(folder.Path, refusal.Message, StringComparison.Ordinal);
        }

        using var again = RunLock.Acquire(folder);
    }

    public void Dispose() => _folder.Dispose();
}
