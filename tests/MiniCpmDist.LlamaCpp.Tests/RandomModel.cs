using System.Runtime.InteropServices;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.LlamaCpp.Tests;

/// <summary>
/// A Hugging Face folder of a model with random weights, or with those that are loaded into it, and what our engine
/// computes from it.
/// </summary>
internal sealed class RandomModel : IDisposable
{
    // As long as llama.cpp's context in these tests, because the angles of some models depend on it.
    private const int Positions = 256;

    private readonly TemporaryFolder _folder = new();
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;

    public RandomModel(ModelShape shape, string tokenizer, Action<FlatParameters>? load = null)
    {
        ComputeThreads.Set(1);
        Shape = shape;
        _model = new MiniCpmForCausalLM(shape, window: Positions);
        _parameters = FlatParameters.BindFrozen(_model);
        _parameters.Initialize(7);
        // Norms of ones would hide a norm that is used in the wrong place.
        foreach (var slot in _parameters.Layout.Slots.Where(slot => slot.Spec.Shape.Count == 1))
        {
            _parameters.Write(
                slot.Offset, [.. Enumerable.Range(0, (int)slot.Spec.Count).Select(i => 0.5f + i * 7 % 11 / 10f)]);
        }
        load?.Invoke(_parameters);
        using (var file = File.Create(Path.Combine(Folder, "model.safetensors")))
        {
            file.Write(SafeTensorsHeader.Write(
                _parameters.Layout.Slots.Select(slot => (slot.Spec.Name, "F32", slot.Spec.Shape))));
            foreach (var slot in _parameters.Layout.Slots)
                file.Write(MemoryMarshal.AsBytes(_parameters.Values.Span(slot.Offset, (int)slot.Spec.Count)));
        }
        _folder.Write("model/config.json", HuggingFaceConfig.Write(shape, Positions, "float32"));
        File.Copy(tokenizer, Path.Combine(Folder, "tokenizer.model"));
    }

    public ModelShape Shape { get; }

    public string Folder => Directory.CreateDirectory(_folder.Path("model")).FullName;

    /// <summary>Writes the model as a GGUF file and returns its path.</summary>
    public string Export(Core.Formats.Gguf.GgufType type)
    {
        var path = _folder.Path($"{type}.gguf");
        new GgufExport(ExportSource.Open(Folder, "latest"), type).Write(path);
        return path;
    }

    /// <summary>Scores of the token after the last.</summary>
    public float[] NextLogits(IEnumerable<int> ids)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var input = tensor(ids.Select(id => (long)id).ToArray()).view(1, -1);
        return _model.NextLogits(input).view(-1).data<float>().ToArray();
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }
}
