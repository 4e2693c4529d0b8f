using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>
/// One safetensors file of a checkpoint: which tensors it holds, and at which byte. It follows from the layout alone,
/// so that all ranks can write their parts of it at once and its bytes do not depend on how many they are.
/// </summary>
public sealed class TensorFile
{
    /// <summary>The file of a model's weights.</summary>
    public const string ModelName = "model.safetensors";

    private const string Float32 = "F32";
    private readonly (Slot Slot, long Position)[] _tensors;

    private TensorFile(string name, StatePart part, string prefix, IReadOnlyList<Slot> slots)
    {
        Name = name;
        Part = part;
        Header = SafeTensorsHeader.Write(
            slots.Select(slot => (prefix + slot.Spec.Name, Float32, slot.Spec.Shape)),
            new Dictionary<string, string> { ["format"] = "pt" });
        _tensors = new (Slot, long)[slots.Count];
        Length = Header.Length;
        for (var i = 0; i < slots.Count; i++)
        {
            _tensors[i] = (slots[i], Length);
            Length += slots[i].Spec.Count * sizeof(float);
        }
    }

    public string Name { get; }

    /// <summary>The flat buffers of the run that its tensors are from.</summary>
    public StatePart Part { get; }

    /// <summary>What stands at the beginning.</summary>
    public byte[] Header { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; }

    /// <summary>All tensor files: the model or its adapters, and both moments cut by size.</summary>
    public static IReadOnlyList<TensorFile> AllOf(FlatLayout layout, long optimizerFileBytes) =>
    [
        AdapterList.IsAdapter(layout.Slots[0].Spec.Name)
            ? new TensorFile(AdapterConfig.WeightsName, StatePart.Parameters, AdapterConfig.Prefix, layout.Slots)
            : new TensorFile(ModelName, StatePart.Parameters, "", layout.Slots),
        .. Moments(layout, StatePart.FirstMoments, OptimizerFiles.FirstMoments, optimizerFileBytes),
        .. Moments(layout, StatePart.SecondMoments, OptimizerFiles.SecondMoments, optimizerFileBytes),
    ];

    /// <summary>Where the elements that a rank owns lie in this file.</summary>
    /// <returns>Byte in the file, place of the first element among the rank's parts, number of elements.</returns>
    public IEnumerable<(long Position, long Place, long Count)> PartsOf(RankSlices owned)
    {
        foreach (var (slot, position) in _tensors)
        {
            foreach (var (offset, place, count) in owned.Within(slot.Offset, slot.Spec.Count))
                yield return (position + (offset - slot.Offset) * sizeof(float), place, count);
        }
    }

    private static IEnumerable<TensorFile> Moments(FlatLayout layout, StatePart part, string kind, long fileBytes) =>
        OptimizerFiles.Cut(layout.Slots, kind, fileBytes)
            .Select(file => new TensorFile(file.Name, part, kind + ".", file.Slots));
}
