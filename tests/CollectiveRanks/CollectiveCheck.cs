using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>Every call of a link against what it is by definition, to the last bit.</summary>
internal sealed class CollectiveCheck
{
    private readonly ITensorLink _link;
    private readonly ElementType _type;
    private readonly int _count;
    private readonly byte[][] _ranks;
    private readonly byte[][] _wideRanks;

    private CollectiveCheck(ITensorLink link, ElementType type, int count)
    {
        (_link, _type, _count) = (link, type, count);
        var all = Enumerable.Range(0, link.WorldSize);
        _ranks = [.. all.Select(rank => Elements.Of(rank, "one block", count, type))];
        _wideRanks = [.. all.Select(rank => Elements.Of(rank, "all blocks", count * link.WorldSize, type))];
    }

    /// <summary>Few elements, more than a vector holds, and more than any buffer on the way.</summary>
    public static void Run(ITensorLink link)
    {
        foreach (var count in (int[])[1, 7, 1000, 20_011])
        {
            foreach (var type in (ElementType[])[ElementType.Float32, ElementType.Float64, ElementType.BFloat16])
                new CollectiveCheck(link, type, count).RunAll();
            new CollectiveCheck(link, ElementType.Byte, count).RunMoves();
        }
    }

    private int Own => _link.Rank;

    private int BlockBytes => _ranks[0].Length;

    private void RunAll()
    {
        AllReduce(inPlace: false);
        AllReduce(inPlace: true);
        ReduceScatter(inPlace: false);
        ReduceScatter(inPlace: true);
        Chain();
        RunMoves();
    }

    private void RunMoves()
    {
        AllGather(inPlace: false);
        AllGather(inPlace: true);
        ExchangeWithAll(inGroup: false);
        ExchangeWithAll(inGroup: true);
    }

    private void AllReduce(bool inPlace)
    {
        using var send = new PinnedBytes(_ranks[Own]);
        using var other = new PinnedBytes(BlockBytes);
        var receive = inPlace ? send : other;
        _link.AllReduce(send.Address, receive.Address, _count, _type);
        _link.Wait();
        Require("AllReduce", Elements.Sum(_ranks, _type), receive.Bytes);
    }

    private void ReduceScatter(bool inPlace)
    {
        using var send = new PinnedBytes(_wideRanks[Own]);
        using var other = new PinnedBytes(BlockBytes);
        var receive = inPlace ? send.Address + (Own * BlockBytes) : other.Address;
        _link.ReduceScatter(send.Address, receive, _count, _type);
        _link.Wait();
        Require(
            "ReduceScatter", Block(Elements.Sum(_wideRanks, _type), Own),
            inPlace ? Block(send.Bytes, Own) : other.Bytes);
    }

    private void AllGather(bool inPlace)
    {
        using var receive = new PinnedBytes(BlockBytes * _link.WorldSize);
        using var other = new PinnedBytes(_ranks[Own]);
        _ranks[Own].CopyTo(receive.Bytes, inPlace ? Own * BlockBytes : 0);
        _link.AllGather(inPlace ? receive.Address + (Own * BlockBytes) : other.Address, receive.Address, _count, _type);
        _link.Wait();
        Require("AllGather", [.. _ranks.SelectMany(rank => rank)], receive.Bytes);
    }

    /// <summary>Calls that take each other's results, and one wait: they are done in order.</summary>
    private void Chain()
    {
        using var all = new PinnedBytes(_wideRanks[Own]);
        using var block = new PinnedBytes(BlockBytes);
        _link.AllReduce(all.Address, all.Address, (long)_count * _link.WorldSize, _type);
        _link.ReduceScatter(all.Address, block.Address, _count, _type);
        _link.AllGather(block.Address, all.Address, _count, _type);
        _link.Wait();
        var once = Elements.Sum(_wideRanks, _type);
        Require("a chain", Elements.Sum([.. Enumerable.Repeat(once, _link.WorldSize)], _type), all.Bytes);
    }

    /// <summary>Each pair sends other counts each way, one of them nothing at all.</summary>
    private void ExchangeWithAll(bool inGroup)
    {
        var peers = Enumerable.Range(0, _link.WorldSize)
            .Select(round => (round - Own + _link.WorldSize) % _link.WorldSize)
            .Where(peer => peer != Own)
            .ToArray();
        var sends = peers.ToDictionary(peer => peer, peer => new PinnedBytes(Parcel(Own, peer)));
        var receives = peers.ToDictionary(peer => peer, peer => new PinnedBytes(Parcel(peer, Own).Length));
        void ExchangeAll()
        {
            foreach (var peer in peers)
            {
                _link.Exchange(
                    peer, sends[peer].Address, ParcelCount(Own, peer), receives[peer].Address, ParcelCount(peer, Own),
                    _type);
            }
        }
        if (inGroup)
            _link.Group(ExchangeAll);
        else
            ExchangeAll();
        _link.Wait();
        foreach (var peer in peers)
            Require($"Exchange with rank {peer}", Parcel(peer, Own), receives[peer].Bytes[..receives[peer].Length]);
        foreach (var memory in sends.Values.Concat(receives.Values))
            memory.Dispose();
    }

    private byte[] Parcel(int from, int to) => Elements.Of(from, $"parcel to {to}", ParcelCount(from, to), _type);

    private int ParcelCount(int from, int to) => from == 1 && to == 0 ? 0 : _count + (10 * from) + to;

    private byte[] Block(byte[] all, int rank) => all[(rank * BlockBytes)..((rank + 1) * BlockBytes)];

    private void Require(string call, byte[] expected, byte[] found)
    {
        if (!expected.AsSpan().SequenceEqual(found))
        {
            throw new InvalidOperationException(
                $"{call} of {_count} {_type} over {_link.Description} on rank {Own}: other bits than by definition, "
                + $"from byte {expected.AsSpan().CommonPrefixLength(found)} of {expected.Length} on.");
        }
    }
}
