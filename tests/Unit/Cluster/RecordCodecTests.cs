using HaWeb.Core.Cluster;

namespace HaWeb.Tests.Unit.Cluster;

public sealed class RecordCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<StoredRecord> Records =>
    [
        new ClusterRecord { Id = "c" },
        new UnitRecord { Hash = "h", Desired = DesiredState.Launched, Template = "a@.service", TemplateHash = "h", Restart = 2 },
        new MachineRecord { Id = "A", Name = "a", Address = "10.0.0.1", Metadata = new(StringComparer.Ordinal) { ["zone"] = "x" }, MaxUnits = 3, LastSeen = Now },
        new SessionRecord { BootId = "b", Lease = 7, Since = Now },
        new MetadataRecord { Values = new(StringComparer.Ordinal) { ["a"] = "b" } },
        new CordonRecord { Drain = true, Reason = "disk", Since = Now },
        new PlacedRecord { Machine = "A", Avoid = new(StringComparer.Ordinal) { ["B"] = Now } },
        new PlacementRecord { Hash = "h", State = PlacementState.Leave, Desired = DesiredState.Loaded, Reason = "r" },
        new StatusRecord { Active = "active", Sub = "running", Hash = "h", Generation = 4, ExitCode = 1, Since = Now, Healthy = true },
        new BalancerRecord { Services = ["a"], Applied = 3, Stale = ["b"] },
        new UpdateRecord { From = "a", To = "b", State = UpdateState.RollingBack, Steps = [new UpdateStep("x@1.service", Now)], Before = new(StringComparer.Ordinal) { ["x@2.service"] = "c" }, HealthyDeadline = TimeSpan.FromMinutes(5), Started = Now },
        new EngineRecord { Machine = "A", Lease = 1, Since = Now },
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_survives_being_written_and_read(StoredRecord record)
    {
        var text = Write(record);

        Assert.Equal(text, Write(Read(record, text)!));
        Assert.StartsWith("{\"v\":1,", text);
    }

    [Fact]
    public void Words_are_in_lower_case() =>
        Assert.Contains("\"desired\":\"launched\"", RecordCodec.Write(new UnitRecord { Hash = "h", Desired = DesiredState.Launched }));

    [Fact]
    public void What_is_missing_or_null_has_its_default()
    {
        Assert.Equal(new StatusRecord(), RecordCodec.TryRead<StatusRecord>("{}", out _));
        Assert.Equal(new StatusRecord(), RecordCodec.TryRead<StatusRecord>("""{"load":null,"reason":null}""", out _));
        Assert.Empty(RecordCodec.TryRead<BalancerRecord>("{}", out _)!.Services);
        var machine = RecordCodec.TryRead<MachineRecord>("""{"id":"A","name":"a","address":"10.0.0.1"}""", out _)!;
        Assert.Equal(10, machine.LeaseSeconds);
        Assert.Empty(machine.Metadata);
    }

    [Fact]
    public void Dictionaries_are_ordinal_whatever_the_machines_language() =>
        Assert.Same(StringComparer.Ordinal, RecordCodec.TryRead<MetadataRecord>("""{"values":{"b":"1","B":"2"}}""", out _)!.Values.Comparer);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"hash":null}""")]
    [InlineData("""{"hash":"h","desired":"started"}""")]
    [InlineData("""{"hash":"h","desired":2}""")]
    [InlineData("""{"hash":"h","restart":"x"}""")]
    public void What_is_no_such_record_is_said_to_be_none(string text)
    {
        Assert.Null(RecordCodec.TryRead<UnitRecord>(text, out var problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void Fields_of_later_versions_survive_a_change()
    {
        var unit = RecordCodec.TryRead<UnitRecord>("""{"v":3,"hash":"h","novelty":{"a":[1,2]}}""", out _)!;

        var text = RecordCodec.Write(unit with { Restart = 1 });

        Assert.Contains("\"v\":3", text);
        Assert.Contains("\"novelty\":{\"a\":[1,2]}", text);
    }

    private static string Write(StoredRecord record) => record switch
    {
        ClusterRecord one => RecordCodec.Write(one),
        UnitRecord one => RecordCodec.Write(one),
        MachineRecord one => RecordCodec.Write(one),
        SessionRecord one => RecordCodec.Write(one),
        MetadataRecord one => RecordCodec.Write(one),
        CordonRecord one => RecordCodec.Write(one),
        PlacedRecord one => RecordCodec.Write(one),
        PlacementRecord one => RecordCodec.Write(one),
        StatusRecord one => RecordCodec.Write(one),
        BalancerRecord one => RecordCodec.Write(one),
        UpdateRecord one => RecordCodec.Write(one),
        EngineRecord one => RecordCodec.Write(one),
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    private static StoredRecord? Read(StoredRecord like, string text) => like switch
    {
        ClusterRecord => RecordCodec.TryRead<ClusterRecord>(text, out _),
        UnitRecord => RecordCodec.TryRead<UnitRecord>(text, out _),
        MachineRecord => RecordCodec.TryRead<MachineRecord>(text, out _),
        SessionRecord => RecordCodec.TryRead<SessionRecord>(text, out _),
        MetadataRecord => RecordCodec.TryRead<MetadataRecord>(text, out _),
        CordonRecord => RecordCodec.TryRead<CordonRecord>(text, out _),
        PlacedRecord => RecordCodec.TryRead<PlacedRecord>(text, out _),
        PlacementRecord => RecordCodec.TryRead<PlacementRecord>(text, out _),
        StatusRecord => RecordCodec.TryRead<StatusRecord>(text, out _),
        BalancerRecord => RecordCodec.TryRead<BalancerRecord>(text, out _),
        UpdateRecord => RecordCodec.TryRead<UpdateRecord>(text, out _),
        EngineRecord => RecordCodec.TryRead<EngineRecord>(text, out _),
        _ => throw new ArgumentOutOfRangeException(nameof(like)),
    };
}
