using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Walks over the tree, in the order of registration. An object that is registered twice (tied weights) comes
        // once.
        public partial class Module
        {
            public virtual IEnumerable<(string name, Module module)> named_children() =>
                _submodules.Select(pair => (pair.Key, pair.Value));

            public virtual IEnumerable<Module> children() => _submodules.Values;

            /// <summary>This module (under the empty name) and all below it.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() =>
                Below("").DistinctBy(pair => pair.Module, ReferenceEqualityComparer.Instance)
                    .Select(pair => (pair.Prefix.TrimEnd('.'), pair.Module));

            public virtual IEnumerable<Module> modules() => named_modules().Select(pair => pair.module);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                From(recurse)
                    .SelectMany(pair => pair.Module._parameters_by_name.Select(own =>
                        (pair.Prefix + own.Key, own.Value)))
                    .DistinctBy(pair => pair.Value, ReferenceEqualityComparer.Instance);

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(pair => pair.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true,
                bool include_nonpersistent = true) =>
                From(recurse)
                    .SelectMany(pair => pair.Module._buffers
                        .Where(own => include_nonpersistent || own.Value.Persistent)
                        .Select(own => (pair.Prefix + own.Key, own.Value.Tensor)))
                    .DistinctBy(pair => pair.Tensor, ReferenceEqualityComparer.Instance);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(pair => pair.buffer);

            /// <summary>A parameter by its name with dots, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                Holder(target, out var last)?._parameters_by_name.GetValueOrDefault(last);

            public virtual Tensor? get_buffer(string target) =>
                Holder(target, out var last)?._buffers.GetValueOrDefault(last).Tensor;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            private IEnumerable<(string Prefix, Module Module)> From(bool recurse) =>
                recurse ? Below("") : [("", this)];

            private IEnumerable<(string Prefix, Module Module)> Below(string prefix) =>
                _submodules.SelectMany(pair => pair.Value.Below($"{prefix}{pair.Key}.")).Prepend((prefix, this));

            private Module? Holder(string target, out string last)
            {
                var parts = target.Split('.');
                last = parts[^1];
                Module? module = this;
                foreach (var part in parts[..^1])
                    module = module?._submodules.GetValueOrDefault(part);
                return module;
            }
        }
    }
}
