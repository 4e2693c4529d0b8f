using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class ModuleTests : NativeCounts
{
    [Fact]
    public void Components_are_named_after_their_fields_in_the_order_of_declaration()
    {
        using var model = new Model();
        Assert.Equal(
            ["scale", "embed.weight", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"],
            model.named_parameters().Select(pair => pair.name));
        Assert.Equal(["embed", "layers"], model.named_children().Select(pair => pair.name));
        Assert.Equal(["", "embed", "layers", "layers.0", "layers.1"], model.named_modules().Select(pair => pair.name));
        Assert.Equal(["mask"], model.named_buffers().Select(pair => pair.name));
        Assert.Equal(["scale"], model.named_parameters(recurse: false).Select(pair => pair.name));
        Assert.Same(model.get_parameter("embed.weight"), model.named_parameters().ElementAt(1).parameter);
        Assert.Null(model.get_parameter("layers.7.weight"));
        Assert.True(model.has_buffer("mask"));
    }

    [Fact]
    public void A_tied_parameter_is_counted_once_and_saved_under_both_names()
    {
        using var model = new Tied();
        Assert.Equal(["embed.weight"], model.named_parameters().Select(pair => pair.name));
        Assert.Equal(["embed.weight", "head.weight"], model.state_dict().Keys);
    }

    [Fact]
    public void State_copies_by_name_and_a_wrong_name_copies_nothing()
    {
        using var scope = NewDisposeScope();
        using var source = new Model();
        using var target = new Model();
        var (missing, unexpected) = target.load_state_dict(source.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        foreach (var (name, tensor) in source.state_dict())
            Assert.True(target.state_dict()[name].allclose(tensor), name);
        var broken = new Dictionary<string, Tensor> { ["scale"] = zeros(2), ["other"] = zeros(1) };
        var thrown = Assert.Throws<InvalidOperationException>(() => target.load_state_dict(broken));
        Assert.Contains("embed.weight", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("other", thrown.Message, StringComparison.Ordinal);
        target.get_parameter("scale")!.AssertIs([1f, 1], 2);
        Assert.Equal(["other"], target.load_state_dict(broken, strict: false).unexpected_keyes);
        target.get_parameter("scale")!.AssertIs([0f, 0], 2);
    }

    [Fact]
    public void Calling_a_module_runs_forward_and_gradients_reach_every_parameter()
    {
        using var scope = NewDisposeScope();
        using var model = new Model();
        var y = model.call(tensor(new long[] { 0, 3 }));
        Assert.Equal([2, 2], y.shape);
        y.sum().backward();
        Assert.All(model.parameters(), parameter => Assert.NotNull(parameter.grad));
        model.zero_grad();
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Training_mode_and_apply_reach_every_module()
    {
        using var model = new Model();
        model.eval();
        Assert.All(model.modules(), module => Assert.False(module.training));
        var visited = 0;
        model.apply(_ => visited++);
        Assert.Equal(5, visited);
    }

    [Fact]
    public void A_module_can_change_its_type_and_keeps_its_parameter_objects_and_masks()
    {
        using var model = new Model();
        var before = model.parameters().ToList();
        model.to(bfloat16);
        Assert.Equal(before, model.parameters(), ReferenceEqualityComparer.Instance);
        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
        Assert.Equal(ScalarType.Bool, model.get_buffer("mask")!.dtype);
    }

    [Fact]
    public void A_new_parameter_takes_its_tensor_over()
    {
        var data = ones(2);
        using var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
    }

    [Fact]
    public void An_embedding_looks_rows_up_and_a_linear_layer_starts_within_its_bound()
    {
        using var scope = NewDisposeScope();
        using var embedding = nn.Embedding_from_pretrained(arange(6, dtype: float32).view(3, 2));
        embedding.call(tensor(new long[] { 2, 0 })).AssertIs([4, 5, 0, 1], 2, 2);
        using var linear = nn.Linear(16, 4);
        Assert.Equal([4, 16], linear.weight.shape);
        Assert.True(linear.weight.abs().max().ToSingle() <= 0.25f);
        Assert.NotNull(linear.bias);
        using var plain = nn.Linear(2, 2, hasBias: false);
        Assert.Equal(["weight"], plain.state_dict().Keys);
    }

    [Fact]
    public void A_name_cannot_be_taken_twice()
    {
        using var model = new Model();
        using var parameter = new Parameter(zeros(1));
        Assert.Throws<ArgumentException>(() => model.register_parameter("scale", parameter));
    }

#pragma warning disable IDE1006 // A module's parameters go by the names of its fields.
    private sealed class Model : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter scale = new(ones(2));
        private readonly Embedding embed = nn.Embedding(4, 2);
        private readonly ModuleList<Linear> layers = nn.ModuleList(nn.Linear(2, 3), nn.Linear(3, 2));
        private readonly Tensor mask = ones(2, dtype: @bool);

        public Model() : base(nameof(Model)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            layers.Aggregate(embed.call(input) * scale, (x, layer) => layer.call(x)).masked_fill(~mask, 0);
    }

    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding embed = nn.Embedding(4, 2);
        private readonly Linear head;

        public Tied() : base(nameof(Tied))
        {
            head = nn.Linear(embed.get_parameter("weight")!);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => head.call(embed.call(input));
    }
#pragma warning restore IDE1006
}
