namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>A row of the comparison: a docker line, and where HaWeb means to ask something else than docker's client.</summary>
/// <param name="Text">The line after <c>docker</c>, split as systemd does; <c>@</c> is a folder with files that lines use.</param>
/// <param name="Reason">Why they differ; null where they do not.</param>
/// <param name="Except">Parts of the requests and fields that differ, and nothing else does. <c>status</c>: whether the command ends well.</param>
public sealed record DockerLine(string Text, string? Reason = null, params string[] Except);
