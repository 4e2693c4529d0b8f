using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class UnusedRowsTests
{
    [Fact]
    public void Rows_without_a_piece_are_counted_with_their_parameters_and_their_work()
    {
        var shape = ModelPresets.All["9m"];

        var unused = UnusedRows.Of(shape, 4096, 512)!;

        var rows = shape.VocabularySize - 4096L;
        Assert.Equal((rows, rows * shape.HiddenSize), (unused.Rows, unused.Parameters));
        Assert.InRange(unused.Work, 0.5, 0.99);
        Assert.Contains("`model.vocab_size: 4096` leaves them out", unused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_a_piece_for_every_row_has_none() =>
        Assert.Null(UnusedRows.Of(ModelPresets.All["9m"], ModelPresets.All["9m"].VocabularySize, 512));
}
