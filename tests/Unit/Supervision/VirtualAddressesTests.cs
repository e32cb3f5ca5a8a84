using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Supervision;

public sealed class VirtualAddressesTests
{
    private static readonly VirtualAddress Address = new("10.99.0.100", 24);
    private static readonly AddressWish Wish = new(Address, "10.99.0.1", 80);
    private static readonly InterfaceAddress Loopback = new("lo", "127.0.0.1", 8);
    private static readonly InterfaceAddress Outside = new("eth0", "192.0.2.7", 24);
    private static readonly InterfaceAddress Inside = new("eth1", "10.99.0.1", 24);
    private static readonly InterfaceAddress Shared = new("eth1", "10.99.0.100", 24);
    private static readonly VirtualRouter Router = new("eth1", Address, "10.99.0.1", 80);

    private readonly Outbox _outbox = new();
    private readonly VirtualAddresses _addresses;
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public VirtualAddressesTests() => _addresses = new VirtualAddresses(_outbox);

    [Fact]
    public void Keepalived_runs_on_the_interface_whose_network_has_the_address_while_the_balancer_serves()
    {
        _addresses.Found([]);
        _addresses.Listed([Loopback, Outside, Inside]);
        _addresses.Want("lb.service", Wish);

        var run = Assert.Single(Requests());
        Assert.Equal(new KeepalivedRequest.Run("lb.service", Router), run.Request);
        Assert.Equal(AddressRole.Joining, Role);
        Answer(run, new KeepalivedResult.Runs());
        Assert.Equal(AddressRole.Joining, Role);
        _addresses.Told("lb.service", KeepalivedState.Backup, _now);
        Assert.Equal(AddressRole.Ready, Role);
        _addresses.Listed([Loopback, Outside, Inside, Shared]);
        Assert.Equal(AddressRole.Holder, Role);
        Assert.Empty(Requests());

        _addresses.Want("lb.service", null);
        var stop = Assert.Single(Requests());
        Assert.Equal(new KeepalivedRequest.Stop("lb.service"), stop.Request);
        Answer(stop, new KeepalivedResult.Stopped());
        _addresses.Listed([Loopback, Outside, Inside]);
        Assert.Equal(AddressRole.Out, Role);
        Assert.Empty(Requests());
        Assert.Null(_addresses.NextWake);
    }

    [Fact]
    public void What_an_earlier_agent_started_is_left_alone_until_its_unit_says_what_it_wants()
    {
        _addresses.Found(["lb.service", "gone.service"]);
        _addresses.Listed([Inside, Shared]);
        Assert.Empty(Requests());

        _addresses.KeepOnly(unit => unit == "lb.service");
        Assert.Equal(new KeepalivedRequest.Stop("gone.service"), Assert.Single(Requests()).Request);
        _addresses.Want("lb.service", Wish);
        Assert.Equal(new KeepalivedRequest.Run("lb.service", Router), Assert.Single(Requests()).Request);
    }

    [Fact]
    public void A_unit_that_wants_none_ends_what_was_found_for_it_in_either_order()
    {
        _addresses.Want("first.service", null);
        _addresses.Found(["first.service", "second.service"]);
        _addresses.Want("second.service", null);

        Assert.Equal([new KeepalivedRequest.Stop("first.service"), new KeepalivedRequest.Stop("second.service")], Requests().Select(request => request.Request));
    }

    [Fact]
    public void Without_an_interface_in_the_network_it_says_so_and_begins_when_there_is_one()
    {
        _addresses.Found([]);
        _addresses.Listed([Loopback, Outside]);
        _addresses.Want("lb.service", Wish);

        Assert.Empty(Requests());
        Assert.Contains("10.99.0.100/24", _addresses.ProblemOf("lb.service"));
        _addresses.Listed([Loopback, Outside, Inside]);
        Answer(Assert.Single(Requests()), new KeepalivedResult.Runs());
        Assert.Null(_addresses.ProblemOf("lb.service"));
    }

    [Fact]
    public void The_shared_address_itself_is_no_reason_to_be_in_its_network()
    {
        _addresses.Found([]);
        _addresses.Listed([new InterfaceAddress("eth0", "10.99.0.100", 24)]);
        _addresses.Want("lb.service", Wish);

        Assert.Empty(Requests());
        Assert.NotNull(_addresses.ProblemOf("lb.service"));
    }

    [Fact]
    public void A_balancer_that_the_address_would_not_lead_to_takes_no_part()
    {
        _addresses.Found([]);
        _addresses.Listed([Inside]);
        _addresses.Want("lb.service", new AddressWish(Address, null, 0));

        Assert.Empty(Requests());
        Assert.Contains("publishes none", _addresses.ProblemOf("lb.service"));
    }

    [Fact]
    public void What_fails_is_told_once_and_tried_again_ever_more_slowly()
    {
        _addresses.Found([]);
        _addresses.Listed([Inside]);
        _addresses.Want("lb.service", Wish);
        var waits = new List<double>();
        var reports = 0;
        for (var i = 0; i < 8; i++)
        {
            Answer(Assert.Single(Requests()), new KeepalivedResult.Failed("not installed"));
            _addresses.Advance(_now);
            reports += _outbox.Take().Count;
            waits.Add((_addresses.NextWake!.Value - _now).TotalSeconds);
            _now = _addresses.NextWake!.Value;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits);
        Assert.Equal(1, reports);
        Assert.Equal("not installed", _addresses.ProblemOf("lb.service"));
    }

    [Fact]
    public void One_that_ends_by_itself_is_started_again()
    {
        Begin();
        _addresses.Ended("lb.service", "killed", _now);

        Assert.Equal(AddressRole.Out, Role);
        Assert.Contains("killed", _addresses.ProblemOf("lb.service"));
        _now += TimeSpan.FromSeconds(1);
        Answer(Assert.Single(Requests(reports: 1)), new KeepalivedResult.Runs());
        Assert.Equal((AddressRole.Joining, null), (Role, _addresses.ProblemOf("lb.service")));
    }

    [Fact]
    public void A_lost_answer_is_asked_for_again()
    {
        _addresses.Found([]);
        _addresses.Listed([Inside]);
        _addresses.Want("lb.service", Wish);
        var lost = Assert.Single(Requests());

        _now = _addresses.NextWake!.Value;
        _addresses.Advance(_now);
        _now = _addresses.NextWake!.Value;
        var again = Assert.Single(Requests(reports: 1));

        Assert.Equal(lost.Request, again.Request);
        Assert.False(_addresses.Answer(new Event.KeepalivedAnswered(lost.Id, new KeepalivedResult.Runs()), _now));
        Answer(again, new KeepalivedResult.Runs());
        Assert.Equal(AddressRole.Joining, Role);
    }

    [Fact]
    public void A_check_that_fails_is_part_of_a_beginning_at_first_and_takes_it_out_then()
    {
        Begin();
        _addresses.Told("lb.service", KeepalivedState.Fault, _now);
        Assert.Empty(Requests(reports: 0));
        Assert.Equal(AddressRole.Joining, Role);
        Assert.Equal(_now + TimeSpan.FromSeconds(5), _addresses.NextWake);

        _now += TimeSpan.FromSeconds(5);
        Assert.Empty(Requests(reports: 1));
        Assert.Equal(AddressRole.Out, Role);
        Assert.Contains("10.99.0.1:80", _addresses.ProblemOf("lb.service"));
        _addresses.Told("lb.service", KeepalivedState.Backup, _now);
        Assert.Equal((AddressRole.Ready, null), (Role, _addresses.ProblemOf("lb.service")));
    }

    private AddressRole Role => _addresses.RoleOf("lb.service", Address);

    private void Begin()
    {
        _addresses.Found([]);
        _addresses.Listed([Inside]);
        _addresses.Want("lb.service", Wish);
        Answer(Assert.Single(Requests()), new KeepalivedResult.Runs());
    }

    private void Answer(Effect.Keepalived request, KeepalivedResult result) => Assert.True(_addresses.Answer(new Event.KeepalivedAnswered(request.Id, result), _now));

    private List<Effect.Keepalived> Requests(int? reports = null)
    {
        _addresses.Advance(_now);
        var effects = _outbox.Take();
        if (reports is { } count)
        {
            Assert.Equal(count, effects.OfType<Effect.Report>().Count());
        }

        return [.. effects.OfType<Effect.Keepalived>()];
    }
}
