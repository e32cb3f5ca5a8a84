using System.Management.Automation;
using System.Reflection;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>The cmdlets of an assembly and their parameters, as the engine sees them.</summary>
internal static class CmdletCatalog
{
    private static readonly HashSet<string> NeedNoText =
        [.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters];

    public static IReadOnlyList<CmdletInfo> Read(string assemblyPath) =>
        Of(Assembly.LoadFrom(Path.GetFullPath(assemblyPath)).GetExportedTypes());

    public static IReadOnlyList<CmdletInfo> Of(IEnumerable<Type> types) =>
    [
        .. from type in types
           let attribute = type.GetCustomAttribute<CmdletAttribute>()
           where attribute is not null && !type.IsAbstract
           let name = $"{attribute.VerbName}-{attribute.NounName}"
           orderby name
           select new CmdletInfo(name, type),
    ];

    /// <summary>The cmdlet's own parameters, without those that every cmdlet has.</summary>
    public static IReadOnlyList<ParameterMetadata> OwnParameters(CmdletInfo cmdlet) =>
        [.. cmdlet.Parameters.Values.Where(parameter => IsOwn(parameter.Name)).OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];

    public static bool IsOwn(string parameter) => !NeedNoText.Contains(parameter);
}
