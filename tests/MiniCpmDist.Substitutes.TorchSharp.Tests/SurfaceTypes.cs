using System.Reflection;
using System.Runtime.CompilerServices;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

/// <summary>Names of types as the listing has them: C# keywords, no System prefixes, tuples in parentheses.</summary>
internal static class SurfaceTypes
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>A type in a signature, with its nullable annotations and, where it has them, its tuple names.</summary>
    public static string Name(NullabilityInfo info, ICustomAttributeProvider place)
    {
        var names = place.GetCustomAttributes(typeof(TupleElementNamesAttribute),
            false).Cast<TupleElementNamesAttribute>()
            .SelectMany(attribute => attribute.TransformNames).Where(name => name is not null).ToList();
        return Annotated(info) + (names.Count == 0 ? "" : $" /*tuple: {string.Join(", ", names)}*/");
    }

    /// <summary>A declared type, with the parameters that it declares.</summary>
    public static string Name(Type type) => Spell(type, type.GetGenericArguments(), Plain);

    private static string Annotated(NullabilityInfo info)
    {
        var type = info.Type;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        var annotation = type is
        {
            IsValueType: false,
            IsGenericParameter: false
        } && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (info.ElementType is { } element)
            return $"{Annotated(element)}{Brackets(type)}{annotation}";
        var inner = info.GenericTypeArguments;
        return Spell(type, type.GetGenericArguments(), argument => Annotated(argument, type, inner)) + annotation;
    }

    private static string Annotated(Type argument, Type type, NullabilityInfo[] inner)
    {
        var index = Array.IndexOf(type.GetGenericArguments(), argument);
        return index < inner.Length ? Annotated(inner[index]) : Plain(argument);
    }

    private static string Plain(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        return type.IsArray
            ? Plain(type.GetElementType()!) + Brackets(type)
            : Spell(type, type.GetGenericArguments(), Plain);
    }

    private static string Brackets(Type array) => $"[{new string(',', array.GetArrayRank() - 1)}]";

    private static string Spell(Type type, Type[] arguments, Func<Type, string> spell)
    {
        if (s_keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        if (type is { Namespace: "System", IsNested: false } && type.Name.StartsWith("ValueTuple`",
            StringComparison.Ordinal))
            return $"({string.Join(", ", arguments.Select(spell))})";
        var tick = type.Name.IndexOf('`');
        var own = tick < 0 ? type.Name : $"{type.Name[..tick]}<{string.Join(", ", arguments.Select(spell))}>";
        if (type.IsNested)
            return $"{Name(type.DeclaringType!)}.{own}";
        return type.Namespace is "System" or "System.Collections.Generic" ? own : $"{type.Namespace}.{own}";
    }
}
