using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>
/// The site as the article had it, for comparison: a side-kick beside each web server that looks every 10 s whether it answers and says so in etcd; a
/// watch beside the balancer that writes nginx's config and sends HUP. What fleet did, placing units again, is left out.
/// </summary>
public sealed class ArticleSite : Site
{
    private const string Folder = "/run/article";

    private const string SideKickGroup = $"{Folder}/sidekick.pid";
    private const string WatchGroup = $"{Folder}/watch.pid";

    private const string Main = """
        user nginx;
        worker_processes auto;
        error_log /dev/stderr notice;
        events {
            worker_connections 1024;
        }
        http {
            log_format haweb '$remote_addr [$time_iso8601] "$request" $status $body_bytes_sent $request_time upstream=$upstream_addr status=$upstream_status';
            access_log /dev/stdout haweb;
            include /article/site.conf;
        }

        """;

    // Words: the web server, its address.
    private const string SideKick = """
        while :; do
            if curl -sf -o /dev/null "http://$2/"; then etcdctl put "/services/website/$1" "$2:80"; else etcdctl del "/services/website/$1"; fi
            sleep 10
        done

        """;

    // A WebSocket needs the two headers; all else is as it was.
    private const string Render = """
        {
            echo "upstream website {"
            etcdctl get --prefix /services/website/ --print-value-only | sed 's/.*/    server &;/'
            echo "}"
            echo 'server { listen 80; location / { proxy_pass http://website; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; } }'
        } > /run/article/site.conf
        docker kill -s HUP balancer > /dev/null 2>&1 || true

        """;

    private readonly Machine[] _servers;

    /// <summary>Makes one of a lab without agents: the balancer on ha1, web servers on ha2 and ha3.</summary>
    public ArticleSite(HaWeb.Lab.Lab lab)
        : base(lab) => _servers = [lab["ha2"], lab["ha3"]];

    /// <inheritdoc/>
    public override Machine BalancerMachine => Lab["ha1"];

    /// <inheritdoc/>
    public override Machine MachineOf(string server) => _servers[server[^1] - '1'];

    /// <summary>Ends a web server as fleet did: its side-kick first, which takes the key back, then the container.</summary>
    public async Task StopAsync(string server)
    {
        var machine = MachineOf(server);
        await EndAsync(machine, SideKickGroup);
        await Lab.Client.EtcdctlAsync("del", $"/services/website/{server}");
        await machine.DockerAsync("stop", server);
    }

    /// <summary>Starts it again.</summary>
    public Task StartAsync(string server) => StartServerAsync(server);

    /// <summary>Ends its side-kicks and the balancer's watch, with all that they have started.</summary>
    public override async Task RestAsync()
    {
        foreach (var machine in Lab.Machines.Where(machine => machine.IsOn))
        {
            await EndAsync(machine, SideKickGroup);
            await EndAsync(machine, WatchGroup);
        }
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        BalancerMachine.SetRunFile("article/nginx.conf", Main);
        BalancerMachine.SetRunFile("article/render", Render);
        foreach (var server in (string[])["web1", "web2"])
        {
            await StartServerAsync(server);
        }

        await BalancerMachine.RunAsync("sh", $"{Folder}/render");
        if (!await IsRunningAsync(BalancerMachine, Balancer))
        {
            await BalancerMachine.DockerAsync("run", "--detach", "--name", Balancer, "-p", "80:80", "-v", $"{Folder}:/article", "nginx:latest", "nginx", "-c", "/article/nginx.conf", "-g", "daemon off;");
        }

        await DaemonAsync(BalancerMachine, WatchGroup, "etcdctl", "watch", "--prefix", "/services/website/", "--", "sh", $"{Folder}/render");
    }

    private async Task StartServerAsync(string server)
    {
        var machine = MachineOf(server);
        if (!await IsRunningAsync(machine, server))
        {
            await machine.DockerAsync("rm", "--force", server);
            await machine.DockerAsync("run", "--detach", "--name", server, "-p", "80:80", "webapp:latest", server);
        }

        machine.SetRunFile("article/sidekick", SideKick);
        await DaemonAsync(machine, SideKickGroup, "sh", $"{Folder}/sidekick", server, machine.Plan.Address);
        await Lab.Client.EtcdctlAsync("put", $"/services/website/{server}", $"{machine.Plan.Address}:80");
    }

    /// <summary>Starts a program that goes on, with what it starts in a process group of its own, whose id is written down; not when it runs already.</summary>
    private Task<string> DaemonAsync(Machine machine, string group, params string[] words) => machine.RunAsync(
        [
            "env", "ETCDCTL_API=3", $"ETCDCTL_ENDPOINTS={Lab.Client.Endpoints}",
            "sh", "-c", "test -e \"$0\" || setsid sh -c 'echo $$ > \"$0\"; exec \"$@\"' \"$0\" \"$@\" > /run/article/log 2>&1 < /dev/null &", group, .. words,
        ]);

    private static Task<string> EndAsync(Machine machine, string group) =>
        machine.RunAsync("sh", "-c", "test ! -e \"$0\" || { kill -- \"-$(cat \"$0\")\" || true; rm \"$0\"; }", group);

    private static async Task<bool> IsRunningAsync(Machine machine, string container) =>
        (await machine.DockerAsync("ps", "--quiet", "--filter", $"name=^{container}$")).Length > 0;
}
