using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>
        /// What a custom function's forward leaves for its backward. Tensors go through
        /// <see cref="save_for_backward"/>: the graph then owns them and frees them after the pass.
        /// </summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];
            private readonly List<Tensor> _ownedData = [];
            private int _savedCount;
            private IntPtr _node;

            internal AutogradContext() { }

            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>What forward has asked to save, until the graph has taken it.</summary>
            internal List<Tensor> ToSave { get; private set; } = [];

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>At most once in forward: inputs, outputs, or tensors made there.</summary>
            public void save_for_backward(List<Tensor> tensors)
            {
                ToSave = [.. tensors];
                _savedCount = tensors.Count;
            }

            /// <summary>In backward only. New objects; they are disposed when backward returns.</summary>
            public List<Tensor> get_saved_variables()
            {
                if (_node == IntPtr.Zero)
                    throw new InvalidOperationException("Saved variables can be had within backward only.");
                var handles = new IntPtr[_savedCount];
                NativeMethods.mcd_torch_function_saved(_node, handles.Length, handles);
                return [.. handles.Select(handle =>
                    handle == IntPtr.Zero ? null! : new Tensor(new TensorHandle(handle)))];
            }

            /// <summary>Keeps a value that is not part of the graph. Tensors made in forward live as long as the
            /// node.</summary>
            public void save_data(string key, object value)
            {
                _data[key] = value;
                if (value is Tensor tensor && DisposeScopeManager.Innermost is { } scope && scope.Contains(tensor))
                    _ownedData.Add(scope.Detach(tensor));
            }

            public object get_data(string key) => _data[key];

            /// <summary>In forward: inputs that were written in place.</summary>
            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            /// <summary>In forward: outputs that need no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = [.. tensors];

            /// <summary>False: backward gets null instead of zeros for an output that nobody used.</summary>
            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                _data.Clear();
                _ownedData.ForEach(tensor => tensor.Dispose());
                _ownedData.Clear();
            }

            /// <summary>The graph holds its own references from here on; ours would keep memory alive.</summary>
            internal void ForgetForward() => (ToSave, Dirty, NonDifferentiable) = ([], [], []);

            internal void Enter(IntPtr node) => _node = node;

            internal void Leave() => _node = IntPtr.Zero;
        }
    }
}
