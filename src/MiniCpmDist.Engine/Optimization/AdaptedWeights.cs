using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Model.Fused;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>The weights of a model, each with the adapter that belongs to it.</summary>
internal sealed class AdaptedWeights(FlatParameters weights, FlatParameters adapters, double scale) : IFlatWeights
{
    private readonly HashSet<string> _adapters = [.. adapters.Layout.Slots.Select(slot => slot.Spec.Name)];

    public FlatWeight Find(string first, string last)
    {
        var plain = ((IFlatWeights)weights).Find(first, last);
        return new FlatWeight(plain.Value, gradient: null)
        {
            IsTrained = false,
            Adapters = [.. AdaptersOf(first, last)],
        };
    }

    private IEnumerable<LowRankRows> AdaptersOf(string first, string last)
    {
        var row = 0L;
        foreach (var slot in Between(first, last))
        {
            var (down, up) = AdapterList.NamesOf(slot.Spec.Name);
            if (_adapters.Contains(down))
            {
                IFlatWeights flat = adapters;
                yield return new LowRankRows(row, flat.Find(down, down), flat.Find(up, up), scale);
            }
            row += slot.Spec.Shape[0];
        }
    }

    private IEnumerable<Slot> Between(string first, string last)
    {
        var isInside = false;
        foreach (var slot in weights.Layout.Slots)
        {
            isInside |= slot.Spec.Name == first;
            if (isInside)
                yield return slot;
            if (slot.Spec.Name == last)
                yield break;
        }
    }
}
