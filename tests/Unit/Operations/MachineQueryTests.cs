using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class MachineQueryTests
{
    private readonly TestCluster _cluster = new();

    public MachineQueryTests()
    {
        Add("0123456789abcdef", "web-1");
        Add("0123456789zzzzzz", "web-2");
        Add("99999999aaaaaaaa", "db-1");
        Add("web-1", "old");
        Add("twin-a", "twin");
        Add("twin-b", "twin");
    }

    [Theory]
    [InlineData("99999999aaaaaaaa", "99999999aaaaaaaa")]
    [InlineData("db-1", "99999999aaaaaaaa")]
    [InlineData("99999999", "99999999aaaaaaaa")]
    [InlineData("0123456789z", "0123456789zzzzzz")]
    [InlineData("web-1", "web-1")]
    [InlineData("*", "0123456789abcdef 0123456789zzzzzz 99999999aaaaaaaa twin-a twin-b web-1")]
    [InlineData("web-?", "0123456789abcdef 0123456789zzzzzz web-1")]
    [InlineData("twin-[b-c]", "twin-b")]
    [InlineData("none*", "")]
    public void Ids_names_beginnings_and_patterns_mean_machines(string typed, string expected)
    {
        Assert.Equal(expected, string.Join(' ', Resolve(typed, out var refusals)));
        Assert.Empty(refusals);
    }

    [Theory]
    [InlineData("nope", "MachineNotFound", RefusalKind.NotFound)]
    [InlineData("9999999", "MachineNotFound", RefusalKind.NotFound)]
    [InlineData("DB-1", "MachineNotFound", RefusalKind.NotFound)]
    [InlineData("web-1/alive", "MachineNotFound", RefusalKind.NotFound)]
    [InlineData("", "MachineNotFound", RefusalKind.NotFound)]
    [InlineData("twin", "MachineAmbiguous", RefusalKind.Invalid)]
    [InlineData("01234567", "MachineAmbiguous", RefusalKind.Invalid)]
    [InlineData("[a", "MachinePatternInvalid", RefusalKind.Invalid)]
    public void What_means_no_machine_or_several_is_refused(string typed, string id, RefusalKind kind)
    {
        Assert.Empty(Resolve(typed, out var refusals));

        var refusal = Assert.Single(refusals);
        Assert.Equal((id, kind, typed), (refusal.Id, refusal.Kind, refusal.Target));
    }

    [Fact]
    public void Whoever_only_looks_sees_all_that_a_name_means() =>
        Assert.Equal(["twin-a", "twin-b"], new MachineQuery(["twin"]) { Several = true }.Resolve(_cluster.State, out _));

    [Fact]
    public void Machines_are_meant_once() => Assert.Equal(["web-1", "twin-a"], new MachineQuery(["web-1", "twin-a", "old"]).Resolve(_cluster.State, out _));

    [Fact]
    public void A_target_is_one_machine_and_no_pattern()
    {
        Assert.Equal("99999999aaaaaaaa", MachineQuery.ResolveOne(_cluster.State, "db-1", out var none));
        Assert.Null(none);
        Assert.Null(MachineQuery.ResolveOne(_cluster.State, "db-*", out var refusal));
        Assert.Equal("MachineNotFound", refusal?.Id);
    }

    private void Add(string id, string name) =>
        _cluster.Put(TestCluster.Keys.Machine(id), RecordCodec.Write(new MachineRecord { Id = id, Name = name, Address = "10.0.0.1" }));

    private IReadOnlyList<string> Resolve(string typed, out IReadOnlyList<OperationRefusal> refusals) =>
        new MachineQuery([typed]).Resolve(_cluster.State, out refusals);
}
