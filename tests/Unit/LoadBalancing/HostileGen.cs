using CsCheck;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>Values as someone would write them who wants to be obeyed by nginx.</summary>
internal static class HostileGen
{
    private static readonly string[] Pieces =
    [
        "10.0.0.1:80", "website", "/api", "*.example.org", ";", "}", "{", " ", "\n", "\r\n", "\t", "\0", "#", "$host", "\"", "'", "\\", "server", "include /etc/passwd;",
        "proxy_pass http://6.6.6.6", "weight=1", "backup", " ", " ", "：", "；", "｝", "é", "😀", "​", "%0a", "../", "~", "^~", "=", "unix:/tmp/x", "localhost", "::1", "[::1]:80", "127.1", "0x7f.1", "%eth0", "1",
    ];

    public static readonly Gen<string> Text = Gen.OneOf(
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[1, 5].Select(string.Concat),
        Gen.String[1, 20]);
}
