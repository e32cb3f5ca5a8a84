using System.Globalization;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes what a balancer's keepalived is told. Everything in it is typed: nothing of it is anybody's text.</summary>
public static class KeepalivedWriter
{
    /// <summary>How often the holder says that it is there. Three missing and the others take over.</summary>
    public static TimeSpan AdvertInterval { get; } = TimeSpan.FromMilliseconds(250);

    // No real-time scheduling: keepalived then ends itself where the machine is so busy that its start takes 10 ms of processor time.
    private const int Niceness = -20;

    // All have the same: among several that are ready the highest machine address decides.
    private const int Priority = 100;

    /// <summary>
    /// What keepalived runs by itself, in bash. The check, which says the truth while no agent lives: a request of HTTP/1.1 without a Host is refused by
    /// nginx itself, whatever its backends do; docker's proxy, which accepts connections for a dead container too, answers nothing. And the note: what
    /// keepalived has become is kept in a file for agents.
    /// </summary>
    public const string Script = """
        check() {
            exec 3<>"/dev/tcp/$1/$2" || exit 1
            printf 'HEAD / HTTP/1.1\r\n\r\n' >&3
            IFS= read -r -t 1 -u 3 line && [[ $line == HTTP/* ]]
        }

        # The file, and what keepalived adds: INSTANCE, its name, its state and its priority.
        note() {
            [[ $4 == STOP ]] || { echo "$4" >"$1.new" && mv "$1.new" "$1"; }
        }

        "$@"

        """;

    /// <summary>How long nobody has the address when its holder vanishes: RFC 5798's master down interval.</summary>
    public static TimeSpan DownTime { get; } = (3 * AdvertInterval) + SkewTime;

    /// <summary>How long nobody has it when its holder gives it away: RFC 5798's skew time.</summary>
    public static TimeSpan SkewTime => AdvertInterval * (256 - Priority) / 256;

    /// <summary>Writes the config.</summary>
    /// <param name="router">What keepalived is to do.</param>
    /// <param name="script">The path of a file that holds <see cref="Script"/>.</param>
    /// <param name="state">The path of the file that it notes its state in.</param>
    public static string Write(VirtualRouter router, string script, string state)
    {
        ArgumentNullException.ThrowIfNull(router);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            # Written by HaWeb's agent, and written anew by it: changes are lost.
            global_defs {
                script_user root
                enable_script_security
                vrrp_version 3
                vrrp_priority {{Niceness}}
                max_auto_priority -1
                vrrp_garp_master_delay 1
            }

            vrrp_script balancer {
                script "/bin/bash {{script}} check {{router.CheckAddress}} {{router.CheckPort}}"
                interval 1
                timeout 2
                fall 2
                rise 1
            }

            vrrp_instance haweb {
                interface {{router.Interface}}
                state BACKUP
                nopreempt
                virtual_router_id {{router.Address.RouterId}}
                priority {{Priority}}
                advert_int {{AdvertInterval.TotalSeconds}}
                virtual_ipaddress {
                    {{router.Address}}
                }
                track_script {
                    balancer
                }
                notify "/bin/bash {{script}} note {{state}}"
            }

            """);
    }
}
