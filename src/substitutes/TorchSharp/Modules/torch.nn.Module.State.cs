namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // The state: parameters and persistent buffers by name, a tied tensor under each of its names.
        public partial class Module
        {
            /// <summary>The tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null,
                string? prefix = null)
            {
                destination ??= [];
                foreach (var (path, module) in Below(string.IsNullOrEmpty(prefix) ? "" : prefix + "."))
                {
                    foreach (var (own, parameter) in module._parameters_by_name)
                        destination.TryAdd(path + own, parameter);
                    foreach (var (own, buffer) in module._buffers.Where(buffer => buffer.Value.Persistent))
                        destination.TryAdd(path + own, buffer.Tensor);
                }
                return destination;
            }

            /// <summary>
            /// Copies values in by name. With <paramref name="strict"/> the names must agree, or nothing is copied and
            /// an <see cref="InvalidOperationException"/> lists them all.
            /// </summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var own = state_dict();
                var skipped = new HashSet<string>(skip ?? []);
                List<string> missing = [.. own.Keys.Where(key => !source.ContainsKey(key) && !skipped.Contains(key))];
                List<string> unexpected = [.. source.Keys.Where(key =>
                    !own.ContainsKey(key) && !skipped.Contains(key))];
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException(
                        $"Expected the tensors of module {GetName()}; missing: [{string.Join(", ", missing)}], " +
                        $"unexpected: [{string.Join(", ", unexpected)}].");
                }
                using (no_grad())
                {
                    foreach (var (key, tensor) in own)
                    {
                        if (!skipped.Contains(key) && source.TryGetValue(key, out var value))
                            tensor.copy_(value);
                    }
                }
                return (missing, unexpected);
            }
        }
    }
}
