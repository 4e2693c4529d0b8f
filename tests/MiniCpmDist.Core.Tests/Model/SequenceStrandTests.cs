using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.Model;

public sealed class SequenceStrandTests
{
    [Fact]
    public void A_strand_is_a_stretch_from_the_beginning_and_the_same_one_from_the_end()
    {
        Assert.Equal([0, 14], new SequenceStrand(4, 0, 16, 1).Stretches);
        Assert.Equal([6, 8], new SequenceStrand(4, 3, 16, 1).Stretches);
        Assert.Equal([2, 4, 10, 12], new SequenceStrand(2, 1, 8, 2).Stretches);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_strands_of_a_sequence_have_every_position_once_and_the_same_number_of_causal_scores(int strands)
    {
        int[] positions = [.. Enumerable.Range(0, 64)];
        var all = Strands(strands, 64, 1).Select(strand => strand.Of<int>(positions)).ToArray();

        Assert.Equal(positions, all.SelectMany(own => own).Order());
        Assert.Single(all.Select(own => own.Sum()).Distinct());
    }

    [Fact]
    public void Pieces_begin_at_documents_and_stretches_and_know_what_of_their_document_comes_before_them()
    {
        // Stretches of 4. The second document reaches from inside of the first stretch into the last one.
        SegmentLengths documents = [3, 12, 1];

        Assert.Equal(
            [new(3, 0, 0), new(1, 3, 0), new(3, 12, 9), new(1, 15, 0)],
            new SequenceStrand(2, 0, 16, 1).Pieces(documents));
        Assert.Equal([new(4, 4, 1), new(4, 8, 5)], new SequenceStrand(2, 1, 16, 1).Pieces(documents));
    }

    [Fact]
    public void The_pieces_of_all_strands_have_every_position_with_its_place_in_its_document()
    {
        SegmentLengths documents = [1, 70, 25, 7, 3, 1, 1, 12, 5, 30, 2, 35, 96];
        long[] expected = [.. documents.Positions()];

        var found = Strands(4, 96, 3).SelectMany(strand => strand.Pieces(documents)).SelectMany(piece =>
            Enumerable.Range(0, piece.Length).Select(i => (piece.First + i, (long)(piece.Earlier + i))));

        Assert.Equal(expected.Index(), found.Order());
    }

    [Fact]
    public void Documents_that_are_no_whole_sequences_and_branches_of_documents_are_refused()
    {
        var strand = new SequenceStrand(2, 0, 16, 1);

        Assert.Throws<ArgumentException>(() => strand.Pieces([8]));
        Assert.Throws<ArgumentException>(() => strand.Pieces(SegmentLengths.Of([8, 8], [0, 1])));
        Assert.Throws<ArgumentException>(() => strand.Of<int>(new int[8]));
    }

    private static IEnumerable<SequenceStrand> Strands(int strands, int length, int sequences) =>
        Enumerable.Range(0, strands).Select(index => new SequenceStrand(strands, index, length, sequences));
}
