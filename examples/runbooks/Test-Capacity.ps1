<#
.SYNOPSIS
    Says of every machine whether the others could take what it has.
.DESCRIPTION
    A capacity check for the night: which single machine may fail without a unit being left over. It asks the cluster's own planner and changes nothing.
.EXAMPLE
    ./Test-Capacity.ps1 | Where-Object LeftOver
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
foreach ($machine in Get-HaMachine | Where-Object State -eq Alive) {
    $plan = @(Suspend-HaMachine $machine.Id -Drain -Force -WhatIf -PassThru)
    $leftOver = @($plan | Where-Object { $_.From -eq $machine.Id -and -not $_.To } | ForEach-Object Target)
    [pscustomobject]@{ Machine = $machine.Id; Units = $machine.Units; CanFail = $leftOver.Count -eq 0; LeftOver = $leftOver }
}
