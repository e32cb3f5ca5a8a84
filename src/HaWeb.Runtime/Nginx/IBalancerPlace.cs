namespace HaWeb.Runtime.Nginx;

/// <summary>Where a balancer runs, and what is done to it there. Failures are <see cref="NginxUnreachableException"/>.</summary>
internal interface IBalancerPlace
{
    /// <summary>The program that balances there.</summary>
    BalancerProgram Program { get; }

    /// <summary>A file's content and when it was last changed, or null when it does not exist.</summary>
    Task<ConfigFile?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Puts a file in place.</summary>
    Task WriteAsync(string path, string text, CancellationToken cancellationToken);

    /// <summary>Removes files that may be there.</summary>
    Task RemoveAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken);

    /// <summary>The program's processes, none when it does not run.</summary>
    Task<IReadOnlyList<BalancerProcess>> ListAsync(CancellationToken cancellationToken);

    /// <summary>When the program started at the latest, or null when that cannot be seen or it does not run.</summary>
    Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken);

    /// <summary>Runs the program with arguments such as <c>-t</c>.</summary>
    Task<ProgramAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken);

    /// <summary>Makes the master read its config anew.</summary>
    /// <param name="master">The master.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the program says against it, or null; null does not mean that it takes the config.</returns>
    Task<string?> ReloadAsync(BalancerProcess master, CancellationToken cancellationToken);

    /// <summary>What the program wrote to its log lately, newest last, as far as it can be seen.</summary>
    Task<IReadOnlyList<string>> ReadLogAsync(DateTimeOffset since, CancellationToken cancellationToken);
}
