using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class LoadBalancerSyncTests
{
    private static readonly LoadBalancerOptions Keep = new() { Services = ["website"], WhenEmpty = EmptyServiceAnswer.KeepLast };

    [Fact]
    public void There_is_no_config_before_the_services_were_listed_after_the_key_was_put()
    {
        var world = new BalancerWorld();
        world.Sync.Start(world.Now);
        world.Relist();

        Assert.Equal(0, world.Record.Applied);
        Assert.Equal(["website"], world.Record.Services);
        Assert.False(world.Sync.IsReady);

        world.Register();
        Assert.True(world.Sync.IsReady);
    }

    [Fact]
    public void A_listing_from_before_the_key_was_put_does_not_count()
    {
        var world = new BalancerWorld().Running();
        var late = new StoreUpdate.Listed(new StoreListing(1, world.Revision, []));
        var other = new BalancerWorld();
        for (var i = 0; i < 5; i++)
        {
            other.Put("nginx@1", "10.0.0.1:80");
        }

        other.Sync.Start(other.Now);
        other.Sync.Followed(other.Sync.Prefix, late, other.Now);

        Assert.False(other.Sync.IsReady);
    }

    [Fact]
    public void A_fresh_start_serves_the_newest_set_without_a_reload()
    {
        var world = new BalancerWorld();
        world.Put("nginx@2", "10.0.0.2:80");
        world.Put("nginx@10", "10.0.0.10:80");
        var revision = world.Put("nginx@1", "10.0.0.1:80");

        world.Running();

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80", "10.0.0.10:80"], world.Servers);
        Assert.Empty(world.Applies);
        Assert.True(world.Record.Applied > revision);
        Assert.Equal(world.Record.Applied, world.Record.Drained);
    }

    [Fact]
    public void A_change_is_served_at_once_and_drained_when_the_old_workers_are_gone()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.EndOldWorker();
        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.EndOldWorker();
        var before = world.Revision;

        var revision = world.Withdraw("nginx@1");

        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Equal(revision, world.Record.Applied);
        Assert.Equal(before, world.Record.Drained);
        world.EndOldWorker();
        Assert.Equal(revision, world.Record.Drained);
    }

    [Fact]
    public void Drained_waits_for_the_oldest_of_several_generations()
    {
        var world = new BalancerWorld().Running();
        var start = world.Record.Applied;
        foreach (var n in new[] { 1, 2, 3 })
        {
            world.Put("nginx@" + n, $"10.0.0.{n}:80");
            world.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(world.Revision, world.Record.Applied);
        Assert.Equal(start, world.Record.Drained);
        world.EndOldWorker();
        Assert.Equal(world.Revision - 2, world.Record.Drained);
        world.EndOldWorker();
        world.EndOldWorker();
        Assert.Equal(world.Revision, world.Record.Drained);
    }

    [Fact]
    public void A_change_that_changes_nothing_is_acknowledged_without_a_reload()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.EndOldWorker();
        var reloads = world.Applies.Count;

        var revision = world.Put("nginx@1", "10.0.0.1:80", lease: 2);

        Assert.Equal(reloads, world.Applies.Count);
        Assert.Equal((revision, revision), (world.Record.Applied, world.Record.Drained));
    }

    [Fact]
    public void A_storm_of_changes_is_one_reload_every_100_ms_and_the_first_at_once()
    {
        var world = new BalancerWorld().Running();
        var start = world.Now;
        for (var n = 0; n < 200; n++)
        {
            world.Put("nginx@" + n, $"10.0.0.{n}:80");
            world.Pass(TimeSpan.FromMilliseconds(1));
        }

        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal([0, 100, 200], world.Applies.Select(apply => (apply.At - start).TotalMilliseconds));
        Assert.Equal(200, world.Servers.Count);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(95)]
    [InlineData(250)]
    public void A_hundred_changes_in_a_second_are_at_most_eleven_reloads(int millisecondsOfAReload)
    {
        var world = new BalancerWorld().Running();
        DateTimeOffset? asked = null;
        world.HoldsNginx = true;
        for (var n = 0; n < 100; n++)
        {
            world.Put("nginx@" + n % 7, $"10.0.0.{n}:80");
            asked ??= world.Held.Count > 0 ? world.Now : null;
            Assert.NotNull(n == 0 ? asked : world.Now);
            for (var milliseconds = 0; milliseconds < 10; milliseconds++)
            {
                world.Pass(TimeSpan.FromMilliseconds(1));
                asked ??= world.Held.Count > 0 ? world.Now : null;
                if (asked <= world.Now - TimeSpan.FromMilliseconds(millisecondsOfAReload))
                {
                    asked = null;
                    world.Release();
                    world.HoldsNginx = true;
                }
            }
        }

        world.Release();
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.InRange(world.Applies.Count, 2, 11);
        Assert.Equal(7, world.Servers.Count);
        Assert.Contains("10.0.0.99:80", world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void Only_one_config_is_under_way_and_the_answer_counts_for_what_was_sent()
    {
        var world = new BalancerWorld().Running();
        world.HoldsNginx = true;
        var first = world.Put("nginx@1", "10.0.0.1:80");
        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Single(world.Held);
        world.HoldsNginx = true;
        var sent = world.Held[0];
        world.Held.Clear();
        world.Reload(((NginxRequest.Apply)sent.Request).Text);
        world.Sync.Answer(new HaWeb.Core.Effects.Event.NginxAnswered(sent.Id, new NginxResult.Applied([])), world.Now);
        Assert.Equal(first, world.Record.Applied);

        world.Pass(TimeSpan.Zero);
        world.Release();
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void A_change_of_servers_only_needs_no_test_and_any_other_does()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.Put("nginx@2", "10.0.0.2:80");

        Assert.Equal([true, false], world.Applies.Select(apply => apply.Request.TestFirst));
    }

    [Fact]
    public void A_rejected_config_leaves_the_last_good_one_and_is_tried_again()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        var good = world.Served;
        var acknowledged = world.Record.Applied;
        world.OnApply = _ => new NginxResult.Rejected("unknown directive");

        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal(good, world.Served);
        Assert.Equal(acknowledged, world.Record.Applied);
        Assert.Contains("unknown directive", world.Record.Error);
        Assert.Single(world.Reports, report => report.Message.Contains("unknown directive"));
        Assert.Equal([0, 1, 3, 7], world.Applies.Skip(1).Select(apply => (apply.At - world.Applies[1].At).TotalSeconds));
        Assert.All(world.Applies.Skip(1), apply => Assert.Equal(good, apply.Request.LastGood));

        // Another content has its try at once.
        world.OnApply = null;
        world.Put("nginx@3", "10.0.0.3:80");
        Assert.Equal(3, world.Servers.Count);
        Assert.Null(world.Record.Error);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void A_reload_that_is_not_confirmed_is_tried_again_although_the_text_is_no_news()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        var good = world.Served;
        var acknowledged = world.Revision;
        world.OnApply = _ => new NginxResult.Failed("docker does not answer");
        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(acknowledged, world.Record.Applied);

        // Back to what was confirmed last: nobody knows whether nginx serves it.
        world.Withdraw("nginx@2");
        world.OnApply = null;
        world.Pass(TimeSpan.FromSeconds(5));

        Assert.True(NginxText.IsSame(good, world.Applies[^1].Request.Text));
        Assert.Equal(world.Revision, world.Record.Applied);
        var times = world.Applies.Skip(1).Select(apply => (apply.At - world.Applies[1].At).TotalMilliseconds);
        Assert.Equal([0, 200, 600, 1400, 3000], times);
    }

    [Fact]
    public void A_request_that_is_never_answered_is_made_again()
    {
        var world = new BalancerWorld().Running();
        world.HoldsNginx = true;
        world.Put("nginx@1", "10.0.0.1:80");
        world.Held.Clear();

        world.Pass(TimeSpan.FromMinutes(2));
        world.Release();

        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void What_was_withdrawn_leaves_and_the_last_one_leaves_503()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Withdraw("nginx@1");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(world.Servers);
        Assert.Contains("return 503", world.Served);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void What_was_withdrawn_stays_where_the_unit_says_keep()
    {
        var world = new BalancerWorld(Keep).Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("nginx@2", "10.0.0.2:80");
        world.Withdraw("nginx@1");
        world.Withdraw("nginx@2");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
        Assert.Empty(world.Record.Stale);
    }

    [Fact]
    public void What_went_with_its_lease_leaves_while_another_remains_and_the_last_set_stays()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.Put("nginx@2", "10.0.0.2:80", lease: 2);
        world.Put("nginx@3", "10.0.0.3:80", lease: 2);
        world.Pass(TimeSpan.FromSeconds(1));

        world.Expire(1);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], world.Servers);

        // A machine dies with both: they go at one revision, and neither leaves.
        world.Expire(2);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], world.Servers);
        Assert.Equal(["website"], world.Record.Stale);
        Assert.Equal(world.Revision, world.Record.Applied);

        world.Put("nginx@4", "10.0.0.4:80", lease: 3);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.4:80"], world.Servers);
        Assert.Empty(world.Sync.Stale);
    }

    [Fact]
    public void One_that_is_withdrawn_beside_one_that_is_lost_leaves()
    {
        var world = new BalancerWorld(Keep).Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.Put("nginx@2", "10.0.0.2:80", lease: 2);
        world.InGap(() =>
        {
            world.Withdraw("nginx@1");
            world.Expire(2);
        });
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Equal(["website"], world.Sync.Stale);
    }

    [Fact]
    public void A_backend_without_a_lease_that_goes_was_withdrawn()
    {
        var world = new BalancerWorld().Running();
        world.Put("external", "10.0.0.1:80", lease: 0);
        world.Withdraw("external");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(world.Servers);
        Assert.Equal(0, world.LeaseQuestions);
    }

    [Fact]
    public void An_unreadable_store_changes_nothing()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        var (reloads, record) = (world.Applies.Count, world.Record);

        world.Follow(new StoreUpdate.Interrupted("no leader"));
        world.Pass(TimeSpan.FromMinutes(10));
        world.Follow(new StoreUpdate.Resumed());
        world.Pass(TimeSpan.FromMinutes(10));

        Assert.Equal(reloads, world.Applies.Count);
        Assert.Equal(record.Applied, world.Record.Applied);
    }

    [Fact]
    public void While_a_lease_cannot_be_asked_about_nothing_leaves_and_nothing_is_acknowledged()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        var before = world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.StoreAnswers = false;

        world.Withdraw("nginx@1");
        world.Put("nginx@3", "10.0.0.3:80");
        world.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"], world.Servers);
        Assert.Equal(before, world.Record.Applied);
        Assert.InRange(world.LeaseQuestions, 5, 15);

        world.StoreAnswers = true;
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void What_vanished_in_a_gap_is_judged_by_the_lease_it_had()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.InGap(() => world.Expire(1));
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.1:80"], world.Servers);

        world.Put("nginx@2", "10.0.0.2:80", lease: 2);
        world.InGap(() => world.Withdraw("nginx@2"));
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void A_value_that_is_no_backend_is_told_once_and_never_empties_the_set()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("nginx@2", "10.0.0.2:80");

        world.Put("nginx@1", "10.0.0.1:80; } server {");
        world.Relist();
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Single(world.Reports, report => report.Subject == "/services/website/nginx@1");

        world.Put("nginx@2", "");
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Equal(["website"], world.Sync.Stale);

        world.Withdraw("nginx@2");
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(world.Servers);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void An_adopted_nginx_that_serves_the_right_config_is_not_reloaded()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        var reloads = world.Applies.Count;

        world.RestartAgent();

        Assert.Equal(reloads, world.Applies.Count);
        Assert.Equal(world.Revision, world.Record.Applied);

        // The worker from before the last reload still has a connection, which the agent before knew of.
        Assert.Equal(0, world.Record.Drained);
        world.EndOldWorker();
        Assert.Equal(world.Revision, world.Record.Drained);
    }

    [Fact]
    public void An_adopted_nginx_that_was_never_told_of_its_new_file_is_reloaded()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.HoldsNginx = true;
        world.Put("nginx@2", "10.0.0.2:80");
        world.WriteOnly(((NginxRequest.Apply)world.Held[0].Request).Text);
        world.HoldsNginx = false;

        world.RestartAgent();

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], world.Servers);
        Assert.True(world.Applies[^1].Request.TestFirst);
    }

    [Fact]
    public void A_new_agent_knows_what_was_lost_while_there_was_none()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.Expire(1);
        world.Pass(TimeSpan.FromSeconds(1));

        world.RestartAgent();
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.Equal(["website"], world.Sync.Stale);
    }

    [Fact]
    public void A_service_counts_as_stale_until_no_worker_serves_what_was_lost()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.EndOldWorker();
        world.Expire(1);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["website"], world.Record.Stale);

        world.Put("nginx@2", "10.0.0.2:80", lease: 2);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.2:80"], world.Servers);
        Assert.Equal(["website"], world.Record.Stale);
        world.EndOldWorker();

        Assert.Empty(world.Record.Stale);
    }

    [Fact]
    public void What_was_served_in_another_cluster_means_nothing()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 1);
        world.Expire(1);
        world.Pass(TimeSpan.FromSeconds(1));
        world.Cluster = "another";

        world.RestartAgent();
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(world.Servers);
    }

    [Theory]
    [InlineData("not json", "cannot be read")]
    [InlineData("{\"v\":1,\"cluster\":\"cluster\",\"backends\":[null,{\"key\":null}]}", null)]
    [InlineData(null, "no note was kept")]
    public void Without_a_usable_note_it_goes_on_with_what_is_in_the_store(string? note, string? told)
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.OnDisk = note;

        world.RestartAgent();
        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], world.Servers);
        Assert.Equal(told is null ? 0 : 1, world.Reports.Count(report => report.Severity == Core.Effects.ReportSeverity.Warning && report.Message.Contains(told ?? "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_is_served_that_is_not_on_the_disk_yet()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.DiskHangs = true;

        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.1:80"], world.Servers);

        // A disk that does not answer is reported, and holds nothing up for long.
        world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], world.Servers);
        Assert.Contains(world.Reports, report => report.Message.Contains("cannot be kept on the disk", StringComparison.Ordinal));

        world.DiskHangs = false;
        world.Put("nginx@3", "10.0.0.3:80");
        world.Pass(TimeSpan.FromMinutes(2));
        Assert.Contains("10.0.0.3:80", world.OnDisk!, StringComparison.Ordinal);
        Assert.Contains(world.Reports, report => report.Message.Contains("kept on the disk again", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_is_full_is_told_of_once_and_holds_nothing_up()
    {
        var world = new BalancerWorld { DiskProblem = "no space left" }.Running();

        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], world.Servers);
        Assert.Single(world.Reports, report => report.Message.Contains("no space left", StringComparison.Ordinal));
    }

    [Fact]
    public void A_balancer_that_is_down_is_not_waited_for_and_one_that_starts_is_not_trusted_yet()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("nginx@2", "10.0.0.2:80");
        world.StopContainer();
        var down = world.Withdraw("nginx@1");
        Assert.Equal((down, down), (world.Record.Applied, world.Record.Drained));

        world.Put("nginx@3", "10.0.0.3:80");
        var initial = world.Sync.TakeInitialConfig()!;
        var started = world.Record.Applied;
        var starting = world.Withdraw("nginx@2");
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], BalancerWorld.ServersOf(initial));
        Assert.Equal(started, world.Record.Applied);

        world.StartContainer(initial);
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.3:80"], world.Servers);
        Assert.Equal(starting, world.Record.Applied);
        Assert.Equal(started, world.Record.Drained);
        world.EndOldWorker();
        Assert.Equal(starting, world.Record.Drained);
    }

    [Fact]
    public void A_detached_nginx_is_left_alone_and_nothing_more_is_acknowledged()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        var acknowledged = world.Revision;
        var reloads = world.Applies.Count;

        world.Sync.Detach(world.Now);
        world.Withdraw("nginx@1");
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(acknowledged, world.Record.Applied);
        Assert.Equal(reloads, world.Applies.Count);
    }

    [Fact]
    public void A_restored_backup_starts_the_revisions_anew()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Pass(TimeSpan.FromSeconds(1));
        world.EndOldWorker();

        world.Restore(5);
        Assert.Equal((5, 5), (world.Record.Applied, world.Record.Drained));

        var revision = world.Put("nginx@2", "10.0.0.2:80");
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(revision, world.Record.Applied);
    }

    [Fact]
    public void Several_services_share_one_watch_and_one_revision()
    {
        var options = new LoadBalancerOptions { Services = ["website"], Locations = [new LocationRoute("/api", "api", UpstreamTuning.Default)] };
        var world = new BalancerWorld(options);
        world.Put("api", "api@1", "10.0.1.1:80", 1);
        world.Put("other", "x@1", "10.0.2.1:80", 1);
        world.Running();
        world.Put("nginx@1", "10.0.0.1:80");
        var revision = world.Revision;

        world.Put("other", "x@1", "10.0.2.1:80", 1);
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.1.1:80", "10.0.0.1:80"], world.Servers);
        Assert.Equal(revision, world.Record.Applied);
    }
}
