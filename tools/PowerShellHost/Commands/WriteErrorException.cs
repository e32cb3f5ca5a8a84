namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>What Write-Error raises for a plain message.</summary>
public sealed class WriteErrorException(string message) : Exception(message);
