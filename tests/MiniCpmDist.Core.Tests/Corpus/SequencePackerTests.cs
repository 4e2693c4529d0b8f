using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;

namespace MiniCpmDist.Core.Tests.Corpus;

public sealed class SequencePackerTests
{
    private const int Bos = 1;
    private const int Eos = 2;

    private sealed record Packed(int[] Ids, SequencePart[] Parts);

    private sealed record Document(int[] Ids, int InputIds);

    public static TheoryData<int, Packing, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, Packing, bool>();
            for (var seed = 0; seed < 100; seed++)
            {
                cases.Add(seed, Packing.Isolate, seed % 2 == 0);
                cases.Add(seed, Packing.Concatenate, seed % 2 == 0);
            }
            return cases;
        }
    }

    [Fact]
    public void Isolated_documents_are_as_the_format_says()
    {
        var packed = Pack(4, Packing.Isolate, [new([Bos, 5, 6, Eos], 0), new([Bos, 7, 8, 9, Eos], 2)], out var packer);

        Assert.Equal([Bos, 5, 6, Bos], packed.Single().Ids);
        // Of the pair (7 8 -> 9), the first position predicts 7, which is input.
        Assert.Equal([new(3, Eos, 0, 3), new(1, 7, 0, 0)], packed.Single().Parts);
        // 7 predicts 8 without loss, 8 predicts 9 and 9 the end with it.
        Assert.Equal((3, 2), (packer.Pending, packer.PendingLossTokens));
    }

    [Fact]
    public void Concatenated_documents_are_as_the_format_says()
    {
        var packed = Pack(
            4, Packing.Concatenate, [new([Bos, 5, Eos], 0), new([Bos, 7, 8, Eos], 1), new([Bos, Eos], 0)],
            out var packer);

        Assert.Equal([Bos, 5, Eos, Bos], packed[0].Ids);
        Assert.Equal([new(3, Bos, 0, 3), new(1, 7, 0, 0)], packed[0].Parts);
        // The end of a pair predicts the next begin, which is nobody's output.
        Assert.Equal([7, 8, Eos, Bos], packed[1].Ids);
        Assert.Equal([new(3, Bos, 0, 2), new(1, Eos, 0, 1)], packed[1].Parts);
        Assert.Equal(1, packer.Pending);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_position_of_every_document_comes_once_in_order_with_its_target_and_its_loss(
        int seed, Packing packing, bool longOnes)
    {
        var random = new Random(seed);
        var length = random.Next(1, 40);
        var documents = Documents(random, longOnes ? 200 : 12);

        var packed = Pack(length, packing, documents, out var packer);

        // What a reader sees, position by position, against what the documents say.
        var expected = documents.SelectMany(document => Positions(document, packing)).ToList();
        var found = packed.SelectMany(Read).ToList();
        Assert.Equal(expected.Count, found.Count + packer.Pending);
        Assert.Equal(expected.Take(found.Count), found);
        Assert.Equal(expected.Skip(found.Count).Count(position => position.Loss), packer.PendingLossTokens);
        Assert.InRange(packer.Pending, 0, length - 1);
        Assert.All(packed, sequence => Assert.Equal(length, sequence.Parts.Sum(part => part.Length)));
        Assert.All(packed.SelectMany(sequence => sequence.Parts), part => Assert.True(part.IsSound));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_part_begins_where_a_document_or_a_sequence_does_and_nowhere_else(
        int seed, Packing packing, bool longOnes)
    {
        var random = new Random(seed);
        var length = random.Next(1, 40);
        var documents = Documents(random, longOnes ? 200 : 12);

        var packed = Pack(length, packing, documents, out _);

        var borders = documents
            .Select(document => (int)SequencePacker.Positions(document.Ids.Length, packing))
            .Aggregate(new List<int> { 0 }, (ends, positions) => [.. ends, ends[^1] + positions])
            .Concat(Enumerable.Range(0, packed.Count).Select(k => k * length))
            .Where(at => at < packed.Count * length)
            .Distinct()
            .Order();
        var starts = new List<int>();
        var position = 0;
        foreach (var part in packed.SelectMany(sequence => sequence.Parts))
        {
            starts.Add(position);
            position += part.Length;
        }
        Assert.Equal(borders, starts);
    }

    private static List<Packed> Pack(
        int length, Packing packing, IEnumerable<Document> documents, out SequencePacker packer)
    {
        var packed = new List<Packed>();
        packer = new SequencePacker(length, packing, (ids, parts) => packed.Add(new Packed(ids.ToArray(), [.. parts])));
        foreach (var document in documents)
            packer.Append(document.Ids, document.InputIds);
        return packed;
    }

    private static List<Document> Documents(Random random, int longest)
    {
        var documents = new List<Document>();
        for (var count = random.Next(1, 60); count > 0; count--)
        {
            var inner = Enumerable.Range(0, random.Next(0, longest)).Select(_ => random.Next(3, 1000)).ToArray();
            var input = random.Next(2) == 0 ? 0 : random.Next(0, inner.Length + 1);
            documents.Add(new Document([Bos, .. inner, Eos], input));
        }
        return documents;
    }

    private static IEnumerable<(int Id, int Target, bool Loss)> Positions(Document document, Packing packing)
    {
        var (ids, input) = document;
        for (var at = 0; at + 1 < ids.Length; at++)
            yield return (ids[at], ids[at + 1], at >= input);
        if (packing == Packing.Concatenate)
            yield return (Eos, Bos, input == 0);
    }

    private static IEnumerable<(int Id, int Target, bool Loss)> Read(Packed sequence)
    {
        var at = 0;
        foreach (var part in sequence.Parts)
        {
            for (var i = 0; i < part.Length; i++, at++)
            {
                var target = i + 1 < part.Length ? sequence.Ids[at + 1] : part.LastTarget;
                yield return (sequence.Ids[at], target, i >= part.LossStart && i < part.LossEnd);
            }
        }
    }
}
