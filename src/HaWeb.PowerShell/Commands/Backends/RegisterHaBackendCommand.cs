using System.Management.Automation;
using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Adds a backend that no unit stands for to a service. It stays until it is unregistered.</summary>
[Cmdlet(VerbsLifecycle.Register, "HaBackend", SupportsShouldProcess = true)]
[OutputType(typeof(HaBackend), typeof(HaPlanStep))]
public sealed class RegisterHaBackendCommand : ClusterCmdlet
{
    /// <summary>The service.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string Service { get; set; } = "";

    /// <summary>The IP address.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public IPAddress Address { get; set; } = IPAddress.None;

    /// <summary>The port.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>Its name in the service; address and port when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Its share of the requests compared with other backends.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, Backend.MaxWeight)]
    public int Weight { get; set; } = 1;

    /// <summary>Whether it is asked only when all others are gone.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter Backup { get; set; }

    /// <summary>Puts out the backend; with -WhatIf the step of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var isWhatIf = IsWhatIf;
        var name = Name ?? $"{Address}:{Port}";
        var operation = new RegisterBackend(Service, name, new Backend(Address, Port, Weight, Backup));
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var untouched = await new PlanExecution(streams, cluster, isWhatIf, PassThru).RunAsync(operation, state);
            if (untouched is { Count: 0 } && PassThru)
            {
                var after = await cluster.Client.ReadAsync(streams.CancellationToken);
                await streams.WriteBackendAsync(cluster, after, Service, name);
            }
        });
    }
}
