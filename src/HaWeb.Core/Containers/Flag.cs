namespace HaWeb.Core.Containers;

/// <summary>A flag of a docker command.</summary>
/// <typeparam name="T">What the flags of that command make up.</typeparam>
/// <param name="IsBoolean">Whether it stands without a value.</param>
/// <param name="Apply">Puts a value in; throws <see cref="FlagValueException"/> when it is malformed.</param>
/// <param name="ApplyUnexpanded">Puts in what is known of a value that has variables in it; null where nothing is.</param>
internal sealed record Flag<T>(bool IsBoolean, Func<T, string, T> Apply, Func<T, string, T>? ApplyUnexpanded = null)
{
    public static Flag<T> Switch(Func<T, bool, T> apply) => new(true, (state, text) => apply(state, FlagValues.Boolean(text)));

    public static Flag<T> Value(Func<T, string, T> apply) => new(false, apply);

    /// <summary>A flag that docker knows and that cannot be honoured.</summary>
    public static Flag<T> Refused(string why, bool isBoolean = false) => new(isBoolean, (_, _) => throw new FlagValueException("cannot be honoured.", why));
}
