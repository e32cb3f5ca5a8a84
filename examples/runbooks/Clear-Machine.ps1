<#
.SYNOPSIS
    Moves everything off a machine, so that it can be switched off, and says where it went.
.DESCRIPTION
    An evacuation. It looks first whether the others take all that the machine has: if not, it changes nothing and says what would be left without a
    machine. Resume-HaMachine takes the machine back in afterwards.
.EXAMPLE
    ./Clear-Machine.ps1 web-3 -Reason 'new disks'
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The machine's id or name.
    [Parameter(Mandatory)]
    [string] $Machine,

    # Why, for those who look at the machine meanwhile.
    [string] $Reason = 'is being cleared',

    # How long it may take, in seconds.
    [int] $TimeoutSec = 900
)

$ErrorActionPreference = 'Stop'
$id = (Get-HaMachine $Machine).Id
$plan = @(Suspend-HaMachine $id -Drain -WhatIf -PassThru)
$stays = @($plan | Where-Object { $_.Action -in 'Stay', 'Unplace' })
if ($stays.Count -gt 0) {
    throw "Nothing was moved. $(($stays | ForEach-Object { "$($_.Target) $($_.Reason)" }) -join '; ')"
}

Suspend-HaMachine $id -Drain -Reason $Reason -TimeoutSec $TimeoutSec
if (-not $WhatIfPreference) {
    $plan | Where-Object Action -eq Move | ForEach-Object { Get-HaUnit $_.Target }
}
