using System.Buffers;

namespace HaWeb.Core.Units;

/// <summary>A condition on one metadata key of a machine; <c>ToString</c> gives it as it is written in a unit file.</summary>
public abstract record MetadataRequirement
{
    private static readonly SearchValues<char> EndsOfValue = SearchValues.Create(" \t\n\r,()'");

    private MetadataRequirement(string key) => Key = key;

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>Whether a machine meets it.</summary>
    /// <param name="actual">The machine's value of the key; null when it does not have the key.</param>
    public abstract bool IsMetBy(string? actual);

    /// <summary>The key has one of these values: <c>zone=a</c>, <c>zone in (a,b)</c>.</summary>
    public sealed record AnyOf : MetadataRequirement
    {
        /// <summary>Makes one.</summary>
        /// <param name="key">The key.</param>
        /// <param name="values">The values, at least one.</param>
        public AnyOf(string key, IEnumerable<string> values)
            : base(key) => Values = [.. values.Distinct(StringComparer.Ordinal)];

        /// <summary>The values, in the order of the file, each once.</summary>
        public IReadOnlyList<string> Values { get; }

        /// <inheritdoc/>
        public override bool IsMetBy(string? actual) => actual is not null && Values.Contains(actual, StringComparer.Ordinal);

        /// <summary>The condition as it is written.</summary>
        public override string ToString() => Values.Count == 1 ? $"{Key}={Write(Values[0])}" : $"{Key} in ({List(Values)})";
    }

    /// <summary>The key has none of these values, or is not there: <c>zone!=a</c>, <c>zone notin (a,b)</c>.</summary>
    public sealed record NoneOf : MetadataRequirement
    {
        /// <summary>Makes one.</summary>
        /// <param name="key">The key.</param>
        /// <param name="values">The values, at least one.</param>
        public NoneOf(string key, IEnumerable<string> values)
            : base(key) => Values = [.. values.Distinct(StringComparer.Ordinal)];

        /// <summary>The values, in the order of the file, each once.</summary>
        public IReadOnlyList<string> Values { get; }

        /// <inheritdoc/>
        public override bool IsMetBy(string? actual) => actual is null || !Values.Contains(actual, StringComparer.Ordinal);

        /// <summary>The condition as it is written.</summary>
        public override string ToString() => Values.Count == 1 ? $"{Key}!={Write(Values[0])}" : $"{Key} notin ({List(Values)})";
    }

    /// <summary>The key is there, whatever its value: <c>gpu exists</c>.</summary>
    public sealed record Exists(string Key) : MetadataRequirement(Key)
    {
        /// <inheritdoc/>
        public override bool IsMetBy(string? actual) => actual is not null;

        /// <summary>The condition as it is written.</summary>
        public override string ToString() => $"{Key} exists";
    }

    /// <summary>The key is not there: <c>gpu notexists</c>.</summary>
    public sealed record NotExists(string Key) : MetadataRequirement(Key)
    {
        /// <inheritdoc/>
        public override bool IsMetBy(string? actual) => actual is null;

        /// <summary>The condition as it is written.</summary>
        public override string ToString() => $"{Key} notexists";
    }

    private static string List(IEnumerable<string> values) => string.Join(',', values.Select(Write));

    /// <summary>A value with what would end it in quotes.</summary>
    private static string Write(string value)
    {
        if (value.Contains('"', StringComparison.Ordinal))
        {
            return $"'{value}'";
        }

        return value.AsSpan().IndexOfAny(EndsOfValue) < 0 ? value : $"\"{value}\"";
    }
}
