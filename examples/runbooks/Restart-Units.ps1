<#
.SYNOPSIS
    Restarts units one after the other, and stops at the first that does not come back healthy.
.DESCRIPTION
    A rolling restart. It begins only when all of them are healthy, so that it never takes the one that still serves. With -WhatIf it says what it would do.
.EXAMPLE
    ./Restart-Units.ps1 'nginx@*'
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # Names of units, with wildcards.
    [Parameter(Mandatory)]
    [string[]] $Name,

    # How long each of them may take, in seconds.
    [int] $TimeoutSec = 120
)

$ErrorActionPreference = 'Stop'
$units = @(Get-HaUnit $Name | Where-Object Desired -eq launched)
$ill = @($units | Where-Object { $_.Active -ne 'active' -or $_.Healthy -eq $false })
if ($ill.Count -gt 0) {
    throw "Nothing was restarted, since not all units are well: $(($ill | ForEach-Object { "$($_.Name) is $($_.Active)/$($_.Sub) $($_.Reason)" }) -join '; ')"
}

# A global unit is listed once per machine, and restarted as a whole.
foreach ($unit in $units.Name | Select-Object -Unique) {
    Restart-HaUnit $unit -TimeoutSec $TimeoutSec -PassThru
}
