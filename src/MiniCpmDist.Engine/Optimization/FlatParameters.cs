using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Optimization;

/// <summary>
/// All parameters of a model in one flat float32 buffer and all gradients in another; the module's parameters and their
/// grads become views. Reduction, norm and optimizer are then single passes over one array.
/// </summary>
public sealed class FlatParameters : IFlatWeights, IDisposable
{
    private const int FillBlock = 1 << 20;

    private FlatParameters(FlatLayout layout, FloatBuffer values, FloatBuffer gradients)
    {
        Layout = layout;
        Values = values;
        Gradients = gradients;
    }

    public FlatLayout Layout { get; }

    public FloatBuffer Values { get; }

    /// <summary>Backward accumulates here, in place; clear it before each step.</summary>
    public FloatBuffer Gradients { get; }

    /// <summary>Moves the parameters of <paramref name="model"/> into flat buffers. Their values are lost.</summary>
    /// <param name="withGradients">False for evaluation and generation: saves the gradient buffer.</param>
    public static FlatParameters Bind(
        MiniCpmForCausalLM model, IReadOnlyList<ParameterSpec> specs, int lanes, bool withGradients = true)
    {
        var layout = FlatLayout.For(specs, lanes);
        var gradientLength = withGradients ? layout.Length : 0;
        var flat = new FlatParameters(layout, new FloatBuffer(layout.Length), new FloatBuffer(gradientLength));
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        RequireSameNames(parameters.Keys, specs);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var slot in layout.Slots)
        {
            var parameter = parameters[slot.Spec.Name];
            Require.Shape(parameter, slot.Spec.Name, [.. slot.Spec.Shape]);
            parameter.set_(View(flat.Values, slot));
            if (withGradients)
                parameter.grad = View(flat.Gradients, slot);
        }
        model.UseFlat(flat);
        return flat;
    }

    /// <summary>
    /// Writes the initial weights: normal numbers of the run's seed (the same on every machine) or ones, as the
    /// published training code initialises them (not as the Hugging Face class does).
    /// </summary>
    public void Initialize(ulong seed)
    {
        foreach (var slot in Layout.Slots)
        {
            for (var first = 0L; first < slot.Spec.Count; first += FillBlock)
            {
                var block = Values.Span(slot.Offset + first, (int)Math.Min(FillBlock, slot.Spec.Count - first));
                if (slot.Spec.InitStd == 0)
                    block.Fill(1);
                else
                    CounterRandom.FillNormal(block, first, seed, slot.Spec.Name, slot.Spec.InitStd);
            }
        }
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }

    FlatWeight IFlatWeights.Find(string first, string last)
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
            View(Values), Gradients.Length == 0 ? null : View(Gradients));

        Tensor View(FloatBuffer buffer) =>
            buffer.Tensor.narrow(0, begin.Offset, count).view(shape).DetachFromDisposeScope();
    }

    private static Tensor View(FloatBuffer buffer, Slot slot) =>
        buffer.Tensor.narrow(0, slot.Offset, slot.Spec.Count).view([.. slot.Spec.Shape]);

    private static void RequireSameNames(IEnumerable<string> model, IReadOnlyList<ParameterSpec> specs)
    {
        var expected = specs.Select(spec => spec.Name).ToHashSet();
        if (!expected.SetEquals(model))
        {
            throw new ArgumentException(
                $"Expected the parameters [{string.Join(", ", expected.Except(model))}], "
                + $"found [{string.Join(", ", model.Except(expected))}].");
        }
    }
}
