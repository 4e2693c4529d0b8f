using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Tests.Formats;

public sealed class GgufExpertsTests
{
    [Fact]
    public void The_experts_of_a_layer_stand_in_one_tensor_one_after_the_other_and_the_router_stays_in_float32()
    {
        var shape = ModelPresets.All["nano-moe"];

        var parts = GgufModel.Parts(shape, GgufType.Q8).ToDictionary(part => part.Name);

        Assert.Equal(4 * 10 + 2, parts.Count);
        Assert.Equal([128, 320, 8], parts["blk.1.ffn_gate_exps.weight"].Dimensions);
        Assert.Equal([128, 320, 8], parts["blk.1.ffn_up_exps.weight"].Dimensions);
        Assert.Equal([320, 128, 8], parts["blk.1.ffn_down_exps.weight"].Dimensions);
        Assert.Equal(
            Enumerable.Range(0, 8).Select(expert => $"model.layers.1.mlp.experts.{expert}.w3.weight"),
            parts["blk.1.ffn_up_exps.weight"].Specs.Select(spec => spec.Name));
        Assert.Equal(GgufType.F32, parts["blk.1.ffn_gate_inp.weight"].Type);
        Assert.Equal([128, 8], parts["blk.1.ffn_gate_inp.weight"].Dimensions);
    }

    [Fact]
    public void The_header_says_how_many_experts_there_are_and_how_many_a_token_takes()
    {
        var values = Values(ModelPresets.All["nano-moe"]);

        Assert.Equal((8u, 2u), (values["minicpm.expert_count"], values["minicpm.expert_used_count"]));
        Assert.DoesNotContain("minicpm.expert_count", Values(ModelPresets.All["nano"]).Keys);
    }

    private static IReadOnlyDictionary<string, object> Values(Core.Model.ModelShape shape)
    {
        var header = new GgufHeader();
        GgufModel.Add(header, shape, "one", positions: 16, GgufType.F32);
        using var file = new MemoryStream(header.Write([]));
        return GgufReader.Read(file).Values;
    }
}
