using MiniCpmDist.Core.Formats;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Data.Tests.Tokenization;

public sealed class SpecialPiecesTests(TinyTokenizer tiny)
{
    [Fact]
    public void The_special_pieces_of_a_model_file_are_those_that_SentencePiece_finds_in_it()
    {
        var special = SpecialPieces.Read(File.ReadAllBytes(tiny.Path));

        Assert.Equal((tiny.Tokenizer.BosId, tiny.Tokenizer.EosId), (special.Begin.Id, special.End.Id));
        Assert.Equal(tiny.Tokenizer.Piece(special.Unknown.Id), special.Unknown.Text);
        Assert.All(special.All, piece => Assert.Equal(tiny.Tokenizer.Piece(piece.Id), piece.Text));
    }
}
