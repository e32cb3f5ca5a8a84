# Run in a process of its own: loads an older Google.Protobuf into the session, then the module, and says which each sees.
param(
    [Parameter(Mandatory)]
    [string] $Old,

    [Parameter(Mandatory)]
    [string] $Module
)

$ErrorActionPreference = 'Stop'
$session = [System.Reflection.Assembly]::LoadFrom($Old)
Import-Module $Module
$context = @([System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq 'HaWeb')
$ours = $context[0].LoadFromAssemblyName([System.Reflection.AssemblyName]::new('Google.Protobuf'))

"session $($session.GetName().Version)"
"module $($ours.GetName().Version)"
# Every type of the client needs the right library: GetTypes throws if one cannot be loaded.
$null = $context[0].LoadFromAssemblyName([System.Reflection.AssemblyName]::new('dotnet-etcd')).GetTypes()
'types loaded'
# PowerShell itself is one for both, or the cmdlets would not be cmdlets.
$engines = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'System.Management.Automation' }
"shared $(@($engines).Count)"
