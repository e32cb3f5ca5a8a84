namespace HaWeb.Core.Containers;

/// <summary>When an image is pulled before its container is made.</summary>
public enum PullPolicy
{
    /// <summary>When the machine does not have it.</summary>
    Missing,

    /// <summary>Each time.</summary>
    Always,

    /// <summary>Not at all: without the image the start fails.</summary>
    Never,
}
