using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// All parameters of a model in one flat buffer; the module's parameters become views of it, and their grads views of
/// where a step's gradients are added up. Reduction, norm and optimizer are then single passes over one array. Where
/// the model is of bfloat16, each rank has its parts in float32 besides:
/// those are what the optimizer moves and checkpoints keep.
/// </summary>
public sealed class FlatParameters : IFlatWeights, IDisposable
{
    private const int FillBlock = 1 << 20;

    private readonly FlatGradients? _gradients;
    private readonly RankSlices _owned;
    private readonly FlatBuffer? _master;

    private FlatParameters(FlatLayout layout, ScalarType type, FlatGradients? gradients, RankSlices owned)
    {
        Layout = layout;
        Values = new FlatBuffer(layout.Length, type);
        (_gradients, _owned) = (gradients, owned);
        _master = type == ScalarType.Float32 || owned.Count == 0 ? null : new FlatBuffer(owned.Count);
    }

    public FlatLayout Layout { get; }

    /// <summary>True where these are the adapters of a model and not its weights.</summary>
    public bool AreAdapters => AdapterList.IsAdapter(Layout.Slots[0].Spec.Name);

    /// <summary>The parameters that the model computes with.</summary>
    public FlatBuffer Values { get; }

    /// <summary>Moves the parameters of <paramref name="model"/> into flat buffers. Their values are lost.</summary>
    /// <param name="model">Its type becomes that of <see cref="Values"/>.</param>
    /// <param name="layout">Of its parameters.</param>
    /// <param name="owned">The parts that this rank's optimizer moves.</param>
    /// <param name="gradients">Null for evaluation and generation.</param>
    public static FlatParameters Bind(
        MiniCpmForCausalLM model, FlatLayout layout, RankSlices owned, FlatGradients? gradients)
    {
        var flat = Move(model, layout, owned, gradients);
        model.UseFlat(flat, MarksOf(gradients));
        return flat;
    }

    /// <summary>Moves the adapters of <paramref name="model"/>, which alone are trained.</summary>
    /// <param name="model">Its weights lie in <paramref name="weights"/>.</param>
    /// <param name="weights">As <see cref="BindFrozen"/> has moved them; must outlive the model.</param>
    /// <param name="layout">Of the adapters.</param>
    /// <param name="owned">The parts that this rank's optimizer moves.</param>
    /// <param name="gradients">Of the adapters.</param>
    public static FlatParameters BindAdapters(
        MiniCpmForCausalLM model, FlatParameters weights, FlatLayout layout, RankSlices owned,
        FlatGradients gradients)
    {
        var flat = Move(model, layout, owned, gradients);
        model.UseFlat(new AdaptedWeights(weights, flat, model.Lora!.Scale), MarksOf(gradients));
        return flat;
    }

    private static FlatParameters Move(
        MiniCpmForCausalLM model, FlatLayout layout, RankSlices owned, FlatGradients? gradients)
    {
        var flat = new FlatParameters(layout, model.Head.dtype, gradients, owned);
        var parameters = model.named_parameters()
            .Where(entry => AdapterList.IsAdapter(entry.name) == flat.AreAdapters)
            .ToDictionary(entry => entry.name, entry => entry.parameter);
        RequireSameNames(parameters.Keys, layout);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var slot in layout.Slots)
        {
            var (parameter, shape) = (parameters[slot.Spec.Name], slot.Spec.Shape.ToArray());
            Require.Shape(parameter, slot.Spec.Name, shape);
            parameter.set_(flat.Values.Tensor.narrow(0, slot.Offset, slot.Spec.Count).view(shape));
            // Encoder and resampler are walked back only as far as something is trained. The language model's kernels
            // write gradients by themselves.
            if (slot.Spec is { Group: LearningRateGroup.Frozen, Part: not ModelPart.Language })
                parameter.requires_grad = false;
            else if (gradients is not null)
                parameter.grad = gradients.View(slot.Offset, slot.Spec.Count).view(shape);
            else
                parameter.requires_grad = false;
        }
        return flat;
    }

    private static Action<int>? MarksOf(FlatGradients? gradients) =>
        gradients is { WantsMarks: true } ? gradients.ReachedCollective : null;

    /// <summary>Moves the parameters of a model that only evaluates: they need no gradients any more.</summary>
    public static FlatParameters BindFrozen(MiniCpmForCausalLM model)
    {
        var layout = FlatLayout.For(model.Shape.ParameterSpecs, slices: 1);
        return Bind(model, layout, new RankSlices([]), gradients: null);
    }

    /// <summary>
    /// Writes the initial weights: normal numbers of the run's seed (the same on every machine), ones or zeros, as the
    /// published training code initialises them (not as the Hugging Face class does).
    /// </summary>
    public void Initialize(ulong seed)
    {
        var block = new float[FillBlock];
        foreach (var slot in Layout.Slots)
        {
            for (var first = 0L; first < slot.Spec.Count; first += FillBlock)
            {
                var part = block.AsSpan(0, (int)Math.Min(FillBlock, slot.Spec.Count - first));
                if (slot.Spec.Start == ParameterStart.Zeros)
                    part.Clear();
                else if (slot.Spec.Start == ParameterStart.Positions)
                    FillPositions(part, first, slot.Spec);
                else if (slot.Spec.InitStd == 0)
                    part.Fill(1);
                else
                    CounterRandom.FillNormal(part, first, seed, slot.Spec.Name, slot.Spec.InitStd);
                Write(slot.Offset + first, part);
            }
        }
    }

    /// <summary>
    /// Gives a run what it begins with: weights of another model; where adapters are trained, new ones, which add
    /// nothing to that model.
    /// </summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="load">Reads the weights.</param>
    public void BeginWith(ulong seed, Action<FlatParameters> load)
    {
        if (AreAdapters)
            Initialize(seed);
        else
            load(this);
    }

    /// <summary>
    /// Writes neighbours, rounded where the model's type is narrower; exactly where this rank owns them.
    /// </summary>
    public void Write(long offset, ReadOnlySpan<float> values)
    {
        Values.Write(offset, values);
        if (_master is null)
            return;
        foreach (var (begin, place, count) in _owned.Within(offset, values.Length))
            _master.Write(place, values.Slice((int)(begin - offset), (int)count));
    }

    /// <summary>Returns where this rank's part of a bucket begins, in float32.</summary>
    public (FlatBuffer Buffer, long At) MasterWeights(int bucket) =>
        _master is null ? (Values, _owned.Parts[bucket].Offset) : (_master, _owned.PlaceOf(bucket));

    /// <summary>Rounds this rank's parts to what the model computes with, after the optimizer has moved them.</summary>
    public void RoundOwned()
    {
        if (_master is null)
            return;
        foreach (var (bucket, (offset, count)) in _owned.Parts.Index())
            Values.CopyFrom(_master, _owned.PlaceOf(bucket), offset, count);
    }

    public void Dispose()
    {
        Values.Dispose();
        _master?.Dispose();
    }

    /// <summary>The weights, with the gradients of one of this rank's strands.</summary>
    internal IFlatWeights OfStrand(int strand) => new StrandWeights(this, strand);

    FlatWeight IFlatWeights.Find(string first, string last) => Find(first, last, strand: 0);

    private FlatWeight Find(string first, string last, int strand)
    {
        var begin = Layout.Slots.Single(slot => slot.Spec.Name == first);
        var end = Layout.Slots.Single(slot => slot.Spec.Name == last);
        var count = end.Offset + end.Spec.Count - begin.Offset;
        var columns = begin.Spec.Shape[^1];
        long[] shape = begin.Spec.Shape.Count == 1 ? [count] : [count / columns, columns];
        if (begin.Spec.Fusion != end.Spec.Fusion)
            throw new ArgumentException($"Expected {first} and {last} side by side, found them in two groups.");
        using var scope = NewDisposeScope();
        return new FlatWeight(
            Values.Tensor.narrow(0, begin.Offset, count).view(shape).DetachFromDisposeScope(),
            _gradients?.View(begin.Offset, count, strand).view(shape).DetachFromDisposeScope());
    }

    /// <summary>Positions of a square, of which the parameter has a row for each.</summary>
    private static void FillPositions(Span<float> part, long first, ParameterSpec spec)
    {
        var side = (int)Math.Sqrt(spec.Shape[0]);
        var table = SineCosinePositions.Of(side, side, (int)spec.Shape[1]);
        for (var i = 0; i < part.Length; i++)
            part[i] = (float)table[first + i];
    }

    private sealed class StrandWeights(FlatParameters parameters, int strand) : IFlatWeights
    {
        public FlatWeight Find(string first, string last) => parameters.Find(first, last, strand);
    }

    private static void RequireSameNames(IEnumerable<string> model, FlatLayout layout)
    {
        var expected = layout.Slots.Select(slot => slot.Spec.Name).ToHashSet();
        if (!expected.SetEquals(model))
        {
            throw new ArgumentException(
                $"Expected the parameters [{string.Join(", ", expected.Except(model))}], "
                + $"found [{string.Join(", ", model.Except(expected))}].");
        }
    }
}
