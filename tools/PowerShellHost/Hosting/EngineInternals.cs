using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>
/// The few members of the engine that pwsh itself uses but that are not public. The engine's version is pinned, and the
/// unit tests call each of these, so an upgrade that moves one fails there.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Engine = typeof(PSObject).Assembly;

    /// <summary>Lets <c>exit n</c> of the next script file reach the host as its exit code.</summary>
    public static void LetExitReachHost(Runspace runspace)
    {
        var context = Member<PropertyInfo>(runspace.GetType(), "ExecutionContext").GetValue(runspace)!;
        Member<PropertyInfo>(context.GetType(), "ScriptCommandProcessorShouldRethrowExit").SetValue(context, true);
    }

    /// <summary>Makes the exception that ends the commands before this one in the pipeline, and nothing else.</summary>
    public static Exception StopUpstream(InternalCommand requester) =>
        (Exception)Create("System.Management.Automation.StopUpstreamCommandsException", requester);

    /// <summary>Marks an error so that Out-Default writes it to the error stream.</summary>
    public static PSObject ForErrorStream(ErrorRecord error)
    {
        var marked = new PSObject(error);
        var streams = Type("System.Management.Automation.WriteStreamType");
        Member<PropertyInfo>(typeof(PSObject), "WriteStream").SetValue(marked, Enum.Parse(streams, "Error"));
        return marked;
    }

    /// <summary>Gives a formatting cmdlet the engine's implementation of that shape (Table, List).</summary>
    public static void UseShape(FrontEndCommandBase command, string shape)
    {
        var shapes = Type("Microsoft.PowerShell.Commands.Internal.Format.FormatShape");
        var inner = Create("Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand", Enum.Parse(shapes, shape));
        Implementation.SetValue(command, inner);
    }

    /// <summary>Gives an output cmdlet the engine's implementation that renders objects as text into a writer.</summary>
    public static void RenderTo(FrontEndCommandBase command, TextWriter writer, int width)
    {
        var inner = Create("Microsoft.PowerShell.Commands.Internal.Format.OutputManagerInner");
        var lines = Create("Microsoft.PowerShell.Commands.Internal.Format.TextWriterLineOutput", writer, width);
        Member<PropertyInfo>(inner.GetType(), "LineOutput").SetValue(inner, lines);
        Implementation.SetValue(command, inner);
    }

    private static FieldInfo Implementation => Member<FieldInfo>(typeof(FrontEndCommandBase), "implementation");

    private static Type Type(string name) =>
        Engine.GetType(name) ?? throw new MissingMemberException($"{Engine.FullName} has no type {name}.");

    private static object Create(string typeName, params object[] arguments) =>
        Activator.CreateInstance(Type(typeName), AnyInstance, null, arguments, null)!;

    private static T Member<T>(Type type, string name)
        where T : MemberInfo
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMember(name, AnyInstance | BindingFlags.DeclaredOnly).OfType<T>().FirstOrDefault() is { } found)
            {
                return found;
            }
        }

        throw new MissingMemberException(type.FullName, name);
    }
}
