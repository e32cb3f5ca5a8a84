namespace HaWeb.Runtime.Processes;

/// <summary>A user of this machine.</summary>
/// <param name="Name">The name.</param>
/// <param name="User">The number.</param>
/// <param name="Group">The number of the user's own group.</param>
/// <param name="Home">The home folder.</param>
/// <param name="Shell">The login shell.</param>
internal sealed record UserAccount(string Name, uint User, uint Group, string Home, string Shell);
