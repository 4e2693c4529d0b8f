using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // How components get their names.
        public partial class Module
        {
            private const BindingFlags OwnFields =
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

            public virtual void register_parameter(string name, Parameter param)
            {
                RequireFree(name);
                _parameters_by_name.Add(name, param);
            }

            /// <summary>A tensor that is not learnt; if <paramref name="persistent"/> it is part of the
            /// state.</summary>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                RequireFree(name);
                _buffers.Add(name, (tensor, persistent));
            }

            public virtual void register_module(string name, Module submodule)
            {
                RequireFree(name);
                submodule.RegisterComponents();
                _submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>
            /// Registers the fields that hold parameters, tensors (as buffers) and modules, in the order of
            /// declaration, those of base classes first. What is registered already is left alone, so calling it again
            /// is harmless.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in ComponentFields(GetType()))
                {
                    var component = ComponentName(field);
                    if (IsTaken(component))
                        continue;
                    switch (field.GetValue(this))
                    {
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(component, tensor);
                            break;
                        case Module module:
                            register_module(component, module);
                            break;
                    }
                }
            }

            /// <summary>Forgets the submodules without disposing them.</summary>
            protected void ClearModules() => _submodules.Clear();

            /// <summary>Replaces or removes what a property of this name holds.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                _parameters_by_name.Remove(name);
                if (value is not null)
                    register_parameter(name, value);
            }

            private static IEnumerable<FieldInfo> ComponentFields(Type type)
            {
                if (type == typeof(Module) || type.BaseType is null)
                    return [];
                return ComponentFields(type.BaseType)
                    .Concat(type.GetFields(OwnFields).OrderBy(field => field.MetadataToken));
            }

            // The field behind an automatic property is called <Name>k__BackingField; the component is called Name.
            private static string ComponentName(FieldInfo field) =>
                field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;

            private bool IsTaken(string name) =>
                _parameters_by_name.ContainsKey(name) || _buffers.ContainsKey(name) || _submodules.ContainsKey(name);

            private void RequireFree(string name)
            {
                if (IsTaken(name))
                    throw new ArgumentException($"Expected a new name in {GetName()}, found '{name}' a second time.");
                if (name.Contains('.'))
                    throw new ArgumentException($"Expected a name without dots in module {GetName()}, found '{name}'.");
            }
        }
    }
}
