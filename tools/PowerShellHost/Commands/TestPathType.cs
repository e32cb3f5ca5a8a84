namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>What Test-Path asks for: anything, something that holds items, or something that does not.</summary>
public enum TestPathType
{
    Any,
    Container,
    Leaf,
}
