<#
.SYNOPSIS
    Rolls an image over the instances of a template: first over one of them, then, if that one passes a check, over the others.
.DESCRIPTION
    The first instance gets the image and has to stay healthy. Then the check is run with that instance; when it gives nothing true, or fails, all is taken
    back. Otherwise the others follow one after the other. An instance that does not become healthy takes everything back by itself.
.EXAMPLE
    ./Update-Image.ps1 nginx@ nginx:1.27 -Check { (Invoke-WebRequest "http://$($_.Address)/").StatusCode -eq 200 }
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The template.
    [Parameter(Mandatory)]
    [string] $Name,

    # The image.
    [Parameter(Mandatory)]
    [string] $Image,

    # What the first instance has to pass; it is $_ in it.
    [scriptblock] $Check = { $_.Healthy -ne $false },

    # How long an instance has to stay healthy.
    [timespan] $MinHealthyTime = '0:00:10'
)

$ErrorActionPreference = 'Stop'
if ($WhatIfPreference) {
    Update-HaUnit $Name -Image $Image
    return
}

$update = Update-HaUnit $Name -Image $Image -Canary 1 -Pause -MinHealthyTime $MinHealthyTime | Where-Object State -eq paused
if ($null -eq $update) {
    return
}

# The first one differs from its template until all have the image.
$first = Get-HaUnit | Where-Object { $_.TemplateDrift -and $_.Hash -eq $update.To }
$good = try { @($first | Where-Object $Check).Count -gt 0 } catch { $false }
if (-not $good) {
    Update-HaUnit $Name -Rollback
    throw "$Image was taken back, since $($first.Name) with it did not pass the check."
}

Update-HaUnit $Name -Resume
