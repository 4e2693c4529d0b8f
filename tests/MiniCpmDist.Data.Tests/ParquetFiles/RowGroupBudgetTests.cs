using MiniCpmDist.Data.ParquetFiles;

namespace MiniCpmDist.Data.Tests.ParquetFiles;

public sealed class RowGroupBudgetTests
{
    [Fact]
    public void Threads_together_hold_no_more_than_the_budget_unless_there_is_one_alone()
    {
        const int Budget = 100;
        var budget = new RowGroupBudget(Budget);
        var held = new int[8];
        var faults = 0;

        Parallel.For(0, held.Length, new ParallelOptions { MaxDegreeOfParallelism = held.Length }, thread =>
        {
            for (var round = 0; round < 300; round++)
            {
                var size = (thread * 37 + round * 61) % 150 + 1;
                budget.Take(size);
                lock (held)
                {
                    held[thread] = size;
                    if (held.Sum() > Budget && held.Count(one => one > 0) > 1)
                        faults++;
                }
                Thread.Yield();
                lock (held)
                    held[thread] = 0;
                budget.GiveBack(size);
            }
        });

        Assert.Equal(0, faults);
    }
}
