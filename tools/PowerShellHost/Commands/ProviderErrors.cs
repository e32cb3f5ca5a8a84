using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>Which failures of a path are that path's own error, and end neither the cmdlet nor the other paths.</summary>
internal static class ProviderErrors
{
    /// <summary>The error to write for the path, or null for a failure that must go on up.</summary>
    public static ErrorRecord? Record(Exception failure, string path) => failure switch
    {
        PipelineStoppedException => null,
        RuntimeException { ErrorRecord: { } source } =>
            new ErrorRecord(failure, source.FullyQualifiedErrorId, source.CategoryInfo.Category, path),
        IContainsErrorRecord { ErrorRecord: { } source } =>
            new ErrorRecord(failure, source.FullyQualifiedErrorId, source.CategoryInfo.Category, path),
        IOException or UnauthorizedAccessException => new ErrorRecord(failure, failure.GetType().Name, ErrorCategory.WriteError, path),
        _ => null,
    };
}
