using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MiniCpmDist.Substitutes.TorchSharp.Tests;

/// <summary>
/// Spells the public and protected members of an assembly the way the listing of TorchSharp's API does:
/// <c>Type.member(parameters) : result</c>, where the result is bare, without accessibility and modifiers.
/// Overrides add nothing to a surface and are left out.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(MembersOf);

    private static IEnumerable<string> MembersOf(Type type)
    {
        var name = SurfaceTypes.Name(type);
        if (type.IsEnum)
            return Enum.GetNames(type).Select(member =>
                $"{name}.{member} = {Convert.ToInt64(Enum.Parse(type, member), CultureInfo.InvariantCulture)}");
        return type.GetMembers(Declared).SelectMany(member => Spell(member)).Select(spelled => $"{name}.{spelled}");
    }

    private static IEnumerable<string> Spell(MemberInfo member) => member switch
    {
        _ when member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not PropertyInfo => [],
        ConstructorInfo constructor when IsVisible(constructor) => [$".ctor({Parameters(constructor)})"],
        MethodInfo method when IsVisible(method) && !IsAccessor(method) && !IsOverride(method) => [Spell(method)],
        FieldInfo field when field.IsPublic || field.IsFamily =>
            [$"{field.Name} : {SurfaceTypes.Name(s_nullability.Create(field), field)}"],
        PropertyInfo property when Visible(property) is { Count: > 0 } accessors && !IsOverride(accessors[0]) =>
            accessors.Select(accessor => Spell(property, accessor)),
        _ => [],
    };

    private static string Spell(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
            : "";
        return $"{method.Name}{generic}({Parameters(method)}) : {Result(method)}";
    }

    // One line per accessor, so that a setter more than the listing has is noticed and one less is not.
    private static string Spell(PropertyInfo property, MethodInfo accessor)
    {
        var name = property.GetIndexParameters() is { Length: > 0 } indices
            ? $"this[{string.Join(", ", indices.Select(Parameter))}]"
            : property.Name;
        var kind = accessor == property.GetMethod ? "get" : "set";
        return $"{name} : {SurfaceTypes.Name(s_nullability.Create(property), property)} {kind}";
    }

    private static string Result(MethodInfo method) =>
        SurfaceTypes.Name(s_nullability.Create(method.ReturnParameter), method.ReturnParameter);

    private static string Parameters(MethodBase method)
    {
        var spelled = method.GetParameters().Select(Parameter).ToList();
        if (method.IsDefined(typeof(ExtensionAttribute)))
            spelled[0] = "this " + spelled[0];
        return string.Join(", ", spelled);
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var suffix = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{prefix}{SurfaceTypes.Name(s_nullability.Create(parameter), parameter)} {parameter.Name}{suffix}";
    }

    private static string Default(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
                ? "default"
                : "null",
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            var value when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static List<MethodInfo> Visible(PropertyInfo property) =>
        [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
