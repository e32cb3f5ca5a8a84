using System.Management.Automation;
using System.Reflection;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Ends the pipeline after some objects exactly as Select-Object -First does, which the bare engine lacks.</summary>
[Cmdlet(VerbsCommon.Select, "TestFirst")]
public sealed class SelectFirstCommand : PSCmdlet
{
    private static readonly ConstructorInfo StopUpstream = typeof(PSCmdlet).Assembly
        .GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!
        .GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)[0];

    private int _taken;

    [Parameter(Position = 0)]
    public int Count { get; set; } = 1;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject(InputObject);
        if (++_taken >= Count)
        {
            throw (Exception)StopUpstream.Invoke([this]);
        }
    }
}
