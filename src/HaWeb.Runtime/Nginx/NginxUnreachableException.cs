namespace HaWeb.Runtime.Nginx;

/// <summary>An nginx cannot be asked.</summary>
public sealed class NginxUnreachableException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Why, for people.</param>
    /// <param name="isGone">Whether it is certain that nginx does not run.</param>
    /// <param name="innerException">What failed.</param>
    public NginxUnreachableException(string message, bool isGone = false, Exception? innerException = null)
        : base(message, innerException) => IsGone = isGone;

    /// <summary>Whether it is certain that nginx does not run.</summary>
    public bool IsGone { get; }
}
