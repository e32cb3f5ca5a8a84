namespace HaWeb.Core.Units;

/// <summary>How a load balancer writes its access log.</summary>
public enum AccessLogFormat
{
    /// <summary><c>text</c>: a line for people.</summary>
    Text,

    /// <summary><c>json</c>: an object for programs on each line.</summary>
    Json,
}
