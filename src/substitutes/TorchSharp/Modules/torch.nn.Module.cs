using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Modules, their factories and functions.</summary>
    public static partial class nn
    {
        /// <summary>
        /// A named tree of parameters, buffers and modules. Derived classes call <see cref="RegisterComponents"/> at
        /// the end of their constructor; names and order are those of the fields. Disposing a module disposes all below
        /// it.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Parameter> _parameters_by_name = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> _buffers = [];
            private readonly OrderedDictionary<string, Module> _submodules = [];

#pragma warning disable CA1051 // a field in the API that this stands in for
            protected string? name;
#pragma warning restore CA1051

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => name ?? GetType().Name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in _submodules.Values)
                    child.train(train);
            }

            public virtual void eval() => train(false);

            /// <summary>Runs an action on every module below this one, children first, and then on this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in _submodules.Values)
                    child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Forgets all gradients (or fills them with zeros).</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null)
                        continue;
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        grad.detach_().zero_();
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var parameter in _parameters_by_name.Values)
                    parameter.Dispose();
                foreach (var (tensor, _) in _buffers.Values)
                    tensor.Dispose();
                foreach (var child in _submodules.Values)
                    child.Dispose();
            }
        }
    }
}
