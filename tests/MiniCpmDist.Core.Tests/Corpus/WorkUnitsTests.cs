using MiniCpmDist.Core.Corpus;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class WorkUnitsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 50)];

    [Fact]
    public void Small_neighbours_go_together_a_large_file_is_sliced_and_a_compressed_one_never()
    {
        var units = WorkUnits.Cut([(40, false), (40, true), (30, false), (250, true), (300, false), (0, true)], 100);

        Assert.Equal(
            ["0:0-40 1:0-40", "2:0-30", "3:0-83", "3:83-166", "3:166-250", "4:0-300", "5:0-0"],
            units.Select(unit => string.Join(' ', unit.Spans.Select(span => $"{span.File}:{span.Start}-{span.End}"))));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_byte_is_in_exactly_one_unit_in_order_and_no_slice_is_larger_than_a_unit(int seed)
    {
        var random = new Random(seed);
        var files = Enumerable.Range(0, random.Next(1, 40))
            .Select(_ => ((long)random.Next(0, 1000), random.Next(2) == 0))
            .ToList();
        var unitBytes = random.Next(1, 500);

        var units = WorkUnits.Cut(files, unitBytes);

        var (file, at) = (-1, 0L);
        foreach (var span in units.SelectMany(unit => unit.Spans))
        {
            if (span.Start == 0)
            {
                Assert.True(file < 0 || at == files[file].Item1);
                file++;
                at = 0;
            }
            Assert.Equal((file, at, files[file].Item1), (span.File, span.Start, span.FileBytes));
            at = span.End;
            Assert.True(span.IsWhole || (files[file].Item2 && span.Bytes <= unitBytes));
        }
        Assert.Equal((files.Count - 1, files[^1].Item1), (file, at));
        Assert.Equal(Enumerable.Range(0, units.Count), units.Select(unit => unit.Index));
        Assert.All(units, unit => Assert.True(unit.Spans.Count == 1 || unit.Bytes <= unitBytes));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Units_are_dealt_out_once_and_no_rank_has_more_than_a_unit_too_much(int seed)
    {
        var random = new Random(seed);
        var units = WorkUnits.Cut(
            [.. Enumerable.Range(0, random.Next(1, 50)).Select(_ => ((long)random.Next(1, 1000), false))], 1);
        var ranks = random.Next(1, 9);

        var hands = WorkUnits.Deal(units, ranks);

        Assert.Equal(units, hands.SelectMany(hand => hand).OrderBy(unit => unit.Index));
        Assert.Equal(ranks, hands.Length);
        var loads = hands.Select(hand => hand.Sum(unit => unit.Bytes)).ToList();
        Assert.InRange(loads.Max() - loads.Min(), 0, units.Max(unit => unit.Bytes));
    }
}
