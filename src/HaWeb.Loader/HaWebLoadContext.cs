using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace HaWeb.Loader;

/// <summary>
/// Loads the cmdlets and everything they depend on apart from the rest of the session, so that a library which another
/// module brought, in whatever version, is not ours and ours is not theirs. The framework, PowerShell itself and this
/// assembly stay shared.
/// </summary>
public sealed class HaWebLoadContext : AssemblyLoadContext
{
    private static readonly ConcurrentDictionary<string, Lazy<Assembly>> Loaded = new(StringComparer.Ordinal);

    private static readonly HashSet<string> Shared = new(StringComparer.OrdinalIgnoreCase)
    {
        "System.Management.Automation",
        typeof(HaWebLoadContext).Assembly.GetName().Name!,
    };

    private readonly string _folder;

    private HaWebLoadContext(string folder)
        : base("HaWeb") => _folder = folder;

    /// <summary>Loads the cmdlet assembly at this path; a second call for the same path gives the same assembly.</summary>
    /// <param name="path">The full path of the assembly; its dependencies lie beside it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Assembly LoadCmdlets(string path)
    {
        var full = Path.GetFullPath(path);
        return Loaded.GetOrAdd(full, static file => new Lazy<Assembly>(() => LoadApart(file))).Value;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name || Shared.Contains(name))
        {
            return null;
        }

        var path = Path.Combine(_folder, name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private static Assembly LoadApart(string file) =>
        new HaWebLoadContext(Path.GetDirectoryName(file)!).LoadFromAssemblyPath(file);
}
