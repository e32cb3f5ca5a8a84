using HaWeb.Core.Operations;

namespace HaWeb.Tests.Scenarios;

/// <summary>The units that scenarios use. Their one image, apart from <see cref="RareImage"/>, is on every machine.</summary>
public static class ScenarioUnits
{
    /// <summary>The image of <see cref="Rare"/>, which no registry has.</summary>
    public const string RareImage = "127.0.0.1:1/rare:latest";

    /// <summary>Web servers that answer with their names, <c>nginx1</c> and so on; one to a machine.</summary>
    public static UnitSource Web { get; } = new("nginx@.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name nginx%i -p 80:80 nginx:latest \
            sh -c 'echo nginx%i > /usr/share/nginx/html/index.html && exec nginx -g "daemon off;"'
        ExecStop=/usr/bin/docker stop nginx%i
        Restart=always
        [X-Fleet]
        Conflicts=nginx@*.service
        [X-HaWeb]
        Service=website
        HealthCheck=http://:80/
        DrainTimeout=10s
        """);

    /// <summary>The balancer in front of them, on a machine of its own.</summary>
    public static UnitSource Balancer { get; } = new("nginx-loadbalancer.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name nginx-loadbalancer -p 80:80 nginx:latest \
            nginx -g 'daemon off; worker_shutdown_timeout 30s;'
        ExecStop=/usr/bin/docker stop nginx-loadbalancer
        Restart=always
        [X-Fleet]
        Conflicts=nginx@*.service
        [X-HaWeb]
        LoadBalancer=website
        ReadTimeout=2s
        """);

    /// <summary>A unit without demands.</summary>
    public static UnitSource Plain { get; } = new("plain.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name plain nginx:latest
        ExecStop=/usr/bin/docker stop plain
        """);

    /// <summary>An anchor, and its follower.</summary>
    public static UnitSource Anchor { get; } = new("anchor.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name anchor nginx:latest
        ExecStop=/usr/bin/docker stop anchor
        """);

    /// <summary>A unit that is placed where <see cref="Anchor"/> is.</summary>
    public static UnitSource Follower { get; } = new("follower.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name follower nginx:latest
        ExecStop=/usr/bin/docker stop follower
        [X-Fleet]
        MachineOf=anchor.service
        """);

    /// <summary>A unit that runs on every machine, and is a backend of the service "monitor" on each.</summary>
    public static UnitSource Global { get; } = new("global.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name global -p 9090:80 nginx:latest
        ExecStop=/usr/bin/docker stop global
        [X-Fleet]
        Global=true
        [X-HaWeb]
        Service=monitor
        """);

    /// <summary>A unit whose container looks, when it starts, whether it shall end at once, and is not started for ever.</summary>
    public static UnitSource Fragile { get; } = new("fragile.service", """
        [Service]
        ExecStart=/usr/bin/docker run --name fragile -v /run/scenario:/scenario nginx:latest \
            sh -c 'if [ -e /scenario/fragile.service ]; then cat /scenario/fragile.service; exit 1; fi; exec nginx -g "daemon off;"'
        ExecStop=/usr/bin/docker stop fragile
        Restart=always
        RestartSec=100ms
        StartLimitBurst=3
        StartLimitIntervalSec=1min
        """);

    /// <summary>A unit of <see cref="RareImage"/>.</summary>
    public static UnitSource Rare { get; } = new("rare.service", $"""
        [Service]
        ExecStart=/usr/bin/docker run --name rare {RareImage}
        ExecStop=/usr/bin/docker stop rare
        """);
}
