using System.Text;
using HaWeb.Tests.Unit.Simulation.Chaos;

namespace HaWeb.Tests.Unit.Units.Fuzz;

/// <summary>Unit files and other texts that nobody would write, made of what everybody writes: the same seed gives the same text.</summary>
internal sealed class HostileText(Dice dice)
{
    private static readonly string[] Files =
    [
        """
        [Unit]
        Description=Web server %i
        After=docker.service network-online.target
        Requires=docker.service
        [Service]
        TimeoutStartSec=0
        Restart=always
        EnvironmentFile=/etc/environment
        Environment="OPTIONS=--rm -p 80:80" NAME=%p
        ExecStartPre=-/usr/bin/docker kill nginx%i
        ExecStartPre=/usr/bin/docker pull nginx:latest
        ExecStart=/usr/bin/docker run --rm --name nginx%i -p ${COREOS_PRIVATE_IPV4}:80:80 -e NAME=nginx%i \
          --mount type=bind,source=/srv,target=/srv $OPTIONS nginx:latest
        ExecStop=/usr/bin/docker stop -t 2 nginx%i
        [X-Fleet]
        Conflicts=nginx@*.service
        MachineMetadata=zone in (a, b) "disk=ssd" gpu exists
        [X-HaWeb]
        Service=website
        Port=80
        HealthCheck=http://:80/healthz?a=%20b
        HealthInterval=2s
        Spread=zone
        """,
        """
        [Unit]
        Description=Announce nginx
        BindsTo=nginx@%i.service
        [Service]
        EnvironmentFile=-/etc/environment
        ExecStart=/bin/sh -c 'while true; do if curl -f http://${COREOS_PRIVATE_IPV4}; then etcdctl set /services/web/%i "${COREOS_PRIVATE_IPV4}:80" --ttl 30; fi; sleep 10; done'
        ExecStop=/usr/bin/etcdctl rm /services/web/%i
        KillMode=mixed
        [X-Fleet]
        MachineOf=nginx@%i.service
        [Install]
        WantedBy=multi-user.target
        """,
        """
        [Service]
        Type=oneshot
        ExecStartPre=/bin/sh -c "printf 'upstream x {\\n%%s}\\n' \"$$(cat /x)\" > /etc/nginx/conf.d/x.conf"
        ExecStart=/usr/bin/docker create --name lb -p 443:443 nginx nginx -g 'daemon off; worker_shutdown_timeout 30s;' ; /usr/bin/docker start -a lb
        SuccessExitStatus=1 2 SIGTERM
        [X-HaWeb]
        LoadBalancer=website
        Listen=80 10.0.0.1:443/tls
        ServerName=www.example.org *.example.org
        Location=/api api ReadTimeout=5min
        RequestHeader=X-Site: shop
        TlsCertificate=/etc/tls/site.pem
        TlsKey=/etc/tls/site.key
        VirtualIP=10.99.0.100/24
        Algorithm=hash
        HashKey=header:X-User
        ClientMaxBody=10M
        Template=/etc/haweb/site.liquid
        """,
    ];

    private static readonly string[] Pieces =
    [
        "[Service]\n", "[X-Fleet]\n", "[X-HaWeb]\n", "[Unit]\n", "[Install]\n", "[", "]", "\n", "\r\n", "\\\n", "=", "#", ";", " ; ", "\\;", "\"", "'", "\\", "\\x41", "\\xff", "\\U0010ffff", "\\u0000", "\\777",
        "%i", "%n", "%", "%%", "%Z", "%m", "%f", "%J", "$A", "${A}", "$$", "${", "$", "${A:-b}", "docker ", "/usr/bin/docker run ", "-p ", "--publish=", "80:80", "65536", "-1", "99999999999999999999", "::", "[::1]:80",
        "--mount ", "type=bind,", "--ulimit nofile=1:2 ", "-itd ", "--", "-e A ", "-e ", "--health-cmd ", "@", "!", "!!", "+", ":", "-", ".service", "a@", "a@1.service", "@.service", "..", "/", "//", "*", "?", "[a-c]", "[^",
        "[z-a]", "{", "}", "{a,b}", "{1..3}", "{1..99999}", "{9..1..-2}", "{{{{", ",", "MachineMetadata=", "zone=a", "zone!=a ", " in ", " notin (", "(a,b)", " exists", "MachineOf=", "Conflicts=", "Replaces=", "Global=true\n",
        "MachineID=", "ExecStart=", "ExecStartPre=-", "Environment=", "Environment=A=", "EnvironmentFile=", "SuccessExitStatus=", "Type=", "TimeoutStopSec=", "1min 30s", "infinity", "1.5h", "9e99", "HealthCheck=", "http://",
        "tcp://", "https://a:b@c/", "container", "Listen=", "Location=", "VirtualIP=", "Weight=", "Template=", "\0", "\uFEFF", "\uD800", "\uDC00", "\u0085", "\u2028", "\u202E", "\u0130", "\u00DF", "\U0001F4A9", "e\u0301", "\t", "  ", "\f",
    ];

    /// <summary>A unit file, or what is left of one.</summary>
    public string File()
    {
        var text = new StringBuilder(dice.OneIn(4) ? "" : dice.Of(Files));
        for (var changes = dice.Below(12); changes > 0; changes--)
        {
            Change(text);
        }

        return text.ToString();
    }

    /// <summary>A value of an option, or a line that an operator types.</summary>
    public string Line()
    {
        if (dice.OneIn(3))
        {
            var file = dice.Of(Files).Split('\n');
            var line = new StringBuilder(dice.Of(file));
            line.Remove(0, line.ToString().IndexOf('=', StringComparison.Ordinal) + 1);
            for (var changes = dice.Below(5); changes > 0; changes--)
            {
                Change(line);
            }

            return line.ToString();
        }

        var text = new StringBuilder();
        for (var pieces = dice.Below(20); pieces > 0; pieces--)
        {
            text.Append(Piece());
        }

        return text.ToString();
    }

    /// <summary>Words, some of them nothing or everything.</summary>
    public IReadOnlyList<string> Words() => [.. Enumerable.Range(0, dice.Below(12)).Select(_ => dice.OneIn(3) ? Line() : Piece().Trim())];

    private string Piece()
    {
        if (dice.OneIn(6))
        {
            return new string([.. Enumerable.Range(0, dice.Below(6)).Select(_ => (char)dice.Below(dice.OneIn(2) ? 128 : 65536))]);
        }

        var piece = dice.Of(Pieces);
        return dice.OneIn(40) ? string.Concat(Enumerable.Repeat(piece, dice.Below(200))) : piece;
    }

    private void Change(StringBuilder text)
    {
        var at = dice.Below(text.Length + 1);
        var length = Math.Min(dice.Below(dice.OneIn(3) ? 200 : 8), text.Length - at);
        switch (dice.Below(5))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(dice.Below(text.Length + 1), text.ToString(at, length));
                break;
            case 2:
                text.Remove(at, length);
                goto default;
            case 3:
                Array.ForEach(Line().Split('\n'), line => text.Insert(at, dice.OneIn(2) ? line : line + "\n"));
                break;
            default:
                text.Insert(at, Piece());
                break;
        }
    }
}
