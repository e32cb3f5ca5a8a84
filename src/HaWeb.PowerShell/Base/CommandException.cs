namespace HaWeb.PowerShell.Base;

/// <summary>Ends a cmdlet with a typed error.</summary>
public sealed class CommandException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="error">The error.</param>
    public CommandException(CommandError error)
        : base(error?.Message) => Error = error!;

    /// <summary>The error.</summary>
    public CommandError Error { get; }
}
