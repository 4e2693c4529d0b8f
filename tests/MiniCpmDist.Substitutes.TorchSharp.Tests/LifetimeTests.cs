using MiniCpmDist.Native.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

public class LifetimeTests : NativeCounts
{
    [Fact]
    public void Each_tensor_is_one_live_native_object_until_it_is_disposed()
    {
        var before = NativeLibraries.LiveObjects;
        var t = zeros(2);
        using (var view = t.view(2, 1))
            Assert.Equal(before + 2, NativeLibraries.LiveObjects);
        t.Dispose();
        t.Dispose();
        Assert.True(t.IsInvalid);
        Assert.Throws<ObjectDisposedException>(() => t.sum());
        Assert.Equal(before, NativeLibraries.LiveObjects);
    }

    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_nothing_else()
    {
        using var outside = zeros(1);
        Tensor inside;
        using (var scope = NewDisposeScope())
        {
            inside = outside + 1;
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(scope.Contains(inside));
            Assert.False(scope.Contains(outside));
        }
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
    }

    [Fact]
    public void A_result_moves_to_the_outer_scope_or_to_nobody()
    {
        Tensor free;
        using (var outer = NewDisposeScope())
        {
            Tensor moved;
            using (var inner = NewDisposeScope())
            {
                moved = inner.MoveToOuter(zeros(1));
                free = inner.Detach(zeros(1));
                var (a, b) = inner.MoveToOuter(zeros(1), zeros(1));
                Assert.Equal(0, inner.DisposablesCount);
                Assert.True(outer.Contains(a) && outer.Contains(b));
            }
            Assert.False(moved.IsInvalid);
            Assert.True(outer.Contains(moved));
            moved.DetachFromDisposeScope();
            moved.MoveToOtherDisposeScope(outer);
            var wrapped = WrappedTensorDisposeScope(() => zeros(3) + zeros(3));
            Assert.True(outer.Contains(wrapped));
        }
        Assert.False(free.IsInvalid);
        free.Dispose();
    }

    [Fact]
    public void A_scope_can_be_emptied_but_for_what_is_kept()
    {
        using var scope = NewDisposeScope();
        var gone = zeros(1);
        var kept = scope.DisposeEverythingBut(zeros(1));
        Assert.True(gone.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
        kept.Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        Tensor? other = null;
        var thread = new Thread(() => other = zeros(1));
        thread.Start();
        thread.Join();
        Assert.False(scope.Contains(other!));
        other!.Dispose();
    }

    [Fact]
    public void Closing_a_scope_closes_the_ones_left_open_inside_it()
    {
        var outer = NewDisposeScope();
        var forgotten = NewDisposeScope();
        var inside = zeros(1);
        outer.Dispose();
        Assert.True(inside.IsInvalid);
        using var after = zeros(1);
        Assert.False(forgotten.Contains(after));
    }

    [Fact]
    public void A_handle_can_be_given_away_and_taken_back()
    {
        var t = ones(2);
        var address = t.DecoupleFromNativeHandle();
        Assert.True(t.IsInvalid);
        using var again = Tensor.UnsafeCreateTensor(address);
        Assert.Equal(address, again.Handle);
        again.AssertIs([1f, 1], 2);
    }
}
