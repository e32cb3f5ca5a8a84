using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Output;

/// <summary>The names of the streams that a line can come from.</summary>
internal static class OutputStreams
{
    /// <summary><c>Output</c> or <c>Error</c>.</summary>
    public static string NameOf(DockerOutput output) => output == DockerOutput.Error ? "Error" : "Output";
}
